use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    last: Option<PyErr>,
}
