use pyo3::prelude::*;
#[pyo3_gc::pyclass]
struct Shared { x: Option<Py<PyAny>> }
#[pymethods]
impl Shared {
    fn __clear__(&mut self) { self.x = None; }
}
