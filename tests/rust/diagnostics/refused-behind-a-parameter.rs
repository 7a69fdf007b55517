use pyo3_gc::prelude::*;
use std::sync::Arc;

#[derive(PyGcIntegration)]
struct Shared<T>(Arc<T>);

#[pyclass]
struct Session {
    on_close: Shared<Py<PyAny>>,
}
