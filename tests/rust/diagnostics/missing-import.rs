#[pyo3_gc::pyclass]
struct Session {
    on_close: Option<Py<PyAny>>,
}
