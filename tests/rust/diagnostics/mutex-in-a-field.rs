use pyo3_gc::prelude::*;
use std::sync::Mutex;

#[pyclass]
struct Session {
    on_close: Mutex<Option<Py<PyAny>>>,
}
