use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
#[pyo3_gc::pyclass]
struct Shared { x: Option<Py<PyAny>> }
#[pymethods]
impl Shared {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> { visit.call(&self.x) }
    fn __clear__(&mut self) { self.x = None; }
}
