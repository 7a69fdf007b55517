use pyo3_gc::prelude::*;

#[pyclass(derive_gc = false, derive_gc = false)]
pub struct Class;

#[derive(PyGcIntegration)]
#[pyo3_gc(crate = "::pyo3_gc", crate = "::pyo3_gc")]
pub struct Plain {
    #[pyo3(gc = false)]
    #[pyo3_gc(skip)]
    field: usize,
}

fn main() {}
