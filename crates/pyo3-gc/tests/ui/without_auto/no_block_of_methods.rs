//! A class without hooks would leak without a word.
use pyo3_gc::prelude::*;

#[pyclass]
pub struct NoMethods {
    next: Option<Py<PyAny>>,
}

#[pyclass]
pub struct OtherMethods {
    next: Option<Py<PyAny>>,
}

#[pyo3::pymethods]
impl OtherMethods {
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
