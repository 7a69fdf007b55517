//! The class derives its hooks; each that is written by hand is one error.
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Node {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.next)
    }
    fn __clear__(&mut self) {
        self.next = None;
    }
    #[cfg(any())]
    fn __clear__(&mut self) {
        not_compiled();
    }
}

#[pymethods]
impl Node {
    #[pyo3(name = "__clear__")]
    fn clear(&mut self) {
        self.next = None;
    }
}

#[pyclass(clear_gc = false)]
pub struct Kept {
    next: Option<Py<PyAny>>,
}

#[pymethods(clear_gc = false)]
impl Kept {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.next)
    }
    fn __clear__(&mut self) {
        self.next = None;
    }
}

fn main() {}
