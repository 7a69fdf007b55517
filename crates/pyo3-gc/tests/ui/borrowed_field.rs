//! What is borrowed has another owner, which reports it, so a reference takes no part. Text that is borrowed owns nothing anyway.
use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
pub struct View<'a> {
    objects: &'a Vec<Py<PyAny>>,
    exclusive: &'a mut Option<Py<PyAny>>,
    name: &'a str,
}

fn main() {}
