use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    on_close: Option<Py<PyAny>>,
}

#[pymethods]
impl Session {
    #[setter]
    fn on_close(&self) {}
}
