use pyo3_gc::prelude::*;
#[derive(PyGcIntegration)]
#[pyclass]
struct Shared { x: Option<Py<PyAny>> }
