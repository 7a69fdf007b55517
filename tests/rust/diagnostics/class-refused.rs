use pyo3_gc::prelude::*;

#[pyclass(get_all)]
struct Session {
    #[pyo3(get)]
    on_close: Option<Py<PyAny>>,
}

#[pymethods]
impl Session {
    fn count(&self) -> usize {
        1
    }
}

#[pyfunction]
fn limit() -> usize {
    "one"
}
