use pyo3_gc::prelude::*;

struct Point(f64, f64);

#[pyclass]
struct Session {
    on_close: Option<Py<PyAny>>,
}

#[pymethods]
impl Session {
    fn point(&self) -> Point {
        Point(0.0, 0.0)
    }
}
