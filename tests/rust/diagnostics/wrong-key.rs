use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    #[pyo3(gcc = false)]
    on_close: Option<Py<PyAny>>,
}
