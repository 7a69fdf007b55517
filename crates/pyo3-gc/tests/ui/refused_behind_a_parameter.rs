//! Behind a parameter the field cannot show which type it is; the class that gives the parameter does.
use pyo3_gc::prelude::*;
use std::sync::Arc;

#[derive(PyGcIntegration)]
pub struct Wrapper<T>(Arc<T>);

#[pyclass]
pub struct Fine {
    number: Wrapper<usize>,
}

#[pyclass]
pub struct Refused {
    object: Wrapper<Py<PyAny>>,
}

fn main() {}
