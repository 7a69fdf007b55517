//! PyO3 does not know of the hooks that the class derives. With `#[pymethods]` of `pyo3_gc::prelude` this is one error a hook.
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    next: Option<Py<PyAny>>,
}

#[pyo3::pymethods]
impl Node {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.next)
    }
}

fn main() {}
