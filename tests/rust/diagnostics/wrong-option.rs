use pyo3_gc::prelude::*;

#[pyclass(frosen, clear = false)]
struct Session {
    on_close: Option<Py<PyAny>>,
}
