use pyo3_gc::prelude::*;

#[pyclass]
pub struct Fields {
    #[pyo3(gc = maybe)]
    a: usize,
    #[pyo3(gc)]
    b: usize,
    #[pyo3(gc = true)]
    c: usize,
    #[pyo3_gc(skip = 1)]
    d: usize,
    #[pyo3_gc(skip = "")]
    e: usize,
}

#[pyclass(derive_gc = no)]
pub struct Class;

#[derive(PyGcIntegration)]
#[pyo3_gc(crate = pyo3_gc)]
pub struct Path;

#[derive(PyGcIntegration)]
#[pyo3_gc(may_contain_cycles = false)]
pub struct Promise {
    object: Py<PyAny>,
}

fn main() {}
