//! The class and the block say the same.
use pyo3_gc::prelude::*;

#[pyclass(clear_gc = false)]
pub struct OnTheClass {
    number: usize,
}

#[pymethods]
impl OnTheClass {}

#[pyclass]
pub struct OnTheBlock {
    number: usize,
}

#[pymethods(clear_gc = false)]
impl OnTheBlock {}

fn main() {}
