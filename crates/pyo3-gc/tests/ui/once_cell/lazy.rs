//! What a `Lazy` holds can never be taken out.
use once_cell::sync::Lazy;
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    next: Lazy<Py<PyAny>>,
    number: Lazy<usize>,
}

fn main() {}
