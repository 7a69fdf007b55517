use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
#[pyo3_gc(may_contain_cycle = true)]
pub struct Letters;

#[derive(PyGcIntegration)]
#[pyo3_gc(recursive)]
pub struct Unknown;

#[derive(PyGcIntegration)]
#[pyo3_gc]
pub struct Bare;

fn main() {}
