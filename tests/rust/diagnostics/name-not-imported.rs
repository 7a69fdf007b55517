use pyo3_gc::prelude::*;

#[pyclass]
struct Session {
    on_close: GcMutex<Option<Py<PyAny>>>,
}
