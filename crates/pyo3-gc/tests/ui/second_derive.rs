//! The attribute is the derive and more.
use pyo3_gc::prelude::*;

#[pyclass]
#[derive(Clone, PyGcIntegration)]
pub struct Below {
    number: usize,
}

#[derive(PyGcIntegration)]
#[pyclass]
pub struct Above {
    number: usize,
}

fn main() {
    let _ = Below { number: 1 }.clone();
}
