//! After a mistake the class and its trait are there all the same: one error, not one for each use.
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    #[pyo3(get, gcc = false)]
    number: usize,
    part: Part,
}

#[pymethods]
impl Node {
    #[new]
    fn new() -> Self {
        Self { number: 0, part: Part { call: None } }
    }
}

#[derive(PyGcIntegration)]
pub struct Part {
    call: Option<Box<dyn Fn() + Send + Sync>>,
}

#[pyclass]
pub struct Owner {
    node: Py<Node>,
    part: Part,
}

#[pymodule]
mod module {
    #[pymodule_export]
    use super::{Node, Owner};
}

fn main() {}
