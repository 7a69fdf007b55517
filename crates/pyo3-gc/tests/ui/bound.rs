use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
#[pyo3_gc(bound = T: Clone)]
pub struct NotQuoted<T>(T);

#[derive(PyGcIntegration)]
#[pyo3_gc(bound = "T")]
pub struct NoBound<T>(T);

#[derive(PyGcIntegration)]
#[pyo3_gc(bound = "", bound = "")]
pub struct Twice<T>(T);

fn main() {}
