use pyo3_gc::prelude::*;
use std::sync::Arc;

#[pyclass]
struct Session {
    on_close: Arc<Py<PyAny>>,
}
