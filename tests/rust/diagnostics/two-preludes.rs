use pyo3::prelude::*;
use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    on_close: Option<Py<PyAny>>,
}
