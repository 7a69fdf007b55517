//! An option of PyO3's own: the class is there all the same, so nothing else is an error.
use pyo3_gc::prelude::*;

#[pyclass(frozn, subclas)]
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

fn main() {}
