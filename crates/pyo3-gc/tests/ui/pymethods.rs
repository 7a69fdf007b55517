use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    next: Option<Py<PyAny>>,
}

#[pymethods(derivegc = false)]
impl Node {}

#[pymethods(derive_gc = false, clear_gc = false)]
impl Node {}

#[pymethods]
#[pyo3_gc(skip)]
impl Node {}

#[pymethods]
pub struct Wrong {
    next: Option<Py<PyAny>>,
}

fn main() {}
