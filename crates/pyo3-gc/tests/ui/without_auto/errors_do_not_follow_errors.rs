//! After a mistake in the class its block of methods is no second one.
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    #[pyo3(get, gcc = false)]
    number: usize,
}

#[pymethods]
impl Node {
    #[new]
    fn new() -> Self {
        Self { number: 0 }
    }
}

#[pyclass]
pub struct ByHand {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl ByHand {
    fn __clear__(&mut self) {
        self.next = None;
    }
}

fn main() {}
