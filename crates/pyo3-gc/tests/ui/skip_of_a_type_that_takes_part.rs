//! Skipping a field whose type implements the trait would lose a reference, or says nothing.
use pyo3_gc::prelude::*;
use std::marker::PhantomData;

#[pyclass]
pub struct Node {
    #[pyo3(gc = false)]
    next: Option<Py<PyAny>>,
    #[pyo3(get, gc = false)]
    number: usize,
}

#[derive(PyGcIntegration)]
pub struct Borrowing<'a> {
    #[pyo3_gc(skip)]
    name: &'a str,
    #[pyo3(gc = false)]
    itself: PhantomData<Option<Box<Self>>>,
}

fn main() {}
