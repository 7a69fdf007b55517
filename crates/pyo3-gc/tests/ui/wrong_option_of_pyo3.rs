//! An option that PyO3 refuses: it says so, and the class is gone.
use pyo3_gc::prelude::*;

#[pyclass(nonsense)]
pub struct Node {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Node {}

#[pyclass(freelist = "many")]
pub struct Other {
    next: Option<Py<PyAny>>,
}

fn main() {}
