//! Everything that is wrong is said in one run.
use pyo3_gc::prelude::*;

#[pyclass(derive_gc = 1)]
#[pyo3_gc(crat = "::pyo3_gc")]
pub struct Node {
    #[pyo3(gc = 0)]
    a: usize,
    #[pyo3_gc(skpi)]
    b: usize,
}

#[derive(PyGcIntegration)]
#[pyo3_gc(crat = "::pyo3_gc")]
pub struct Plain {
    #[pyo3(gc = 0)]
    a: usize,
    b: Box<dyn Fn() + Send>,
}

fn main() {}
