use pyo3::prelude::*;
use pyo3_gc::{GcArc, GcMutex};

#[pyo3_gc::pyclass]
struct Shared {
    inner: GcArc<GcMutex<Vec<Py<PyAny>>>>,
}

#[pymethods]
impl Shared {
    fn copy(&self) -> Shared {
        Shared { inner: self.inner.clone() }
    }
}
