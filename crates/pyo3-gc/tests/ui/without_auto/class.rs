//! A class without hooks would leak without a word.
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Node {
    #[new]
    fn new() -> Self {
        Self { next: None }
    }
}

#[derive(PyGcIntegration)]
pub struct DerivesAreFine(Py<PyAny>);

#[pyclass(derive_gc = false)]
pub struct ClassesThatOptOutAreFine {
    #[pyo3(get, gc = false)]
    number: usize,
}

fn main() {}
