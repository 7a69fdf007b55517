use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    #[pyo3(gc = false)]
    on_close: Option<Py<PyAny>>,
}
