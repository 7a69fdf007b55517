//! The block installs what the class derives, so the class must derive it.
use pyo3_gc::prelude::*;

#[pyclass(derive_gc = false)]
pub struct OptsOut {
    number: usize,
}

#[pymethods]
impl OptsOut {
    #[new]
    fn new() -> Self {
        Self { number: 0 }
    }
}

#[pyo3::pyclass]
pub struct OfPyo3 {
    number: usize,
}

#[pymethods]
impl OfPyo3 {}

fn main() {}
