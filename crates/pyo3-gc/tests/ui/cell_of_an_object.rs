//! A `Cell` cannot be looked into, so what it holds must own nothing.
use pyo3_gc::prelude::*;
use std::cell::Cell;

#[pyclass(unsendable)]
pub struct Node {
    next: Cell<Option<Py<PyAny>>>,
    count: Cell<usize>,
}

fn main() {}
