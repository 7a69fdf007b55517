use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    on_close: Option<Py<PyAny>>,
}

#[pymethods]
impl Session {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.on_close)
    }

    fn __clear__(&mut self) {
        self.on_close = None;
    }
}
