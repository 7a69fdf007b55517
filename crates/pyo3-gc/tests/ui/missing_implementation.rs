//! Each field whose type says nothing about the collector is one error, at the field.
use pyo3_gc::prelude::*;

pub struct Foreign(Py<PyAny>);

#[pyclass]
pub struct Node {
    next: Option<Py<PyAny>>,
    other: Foreign,
    many: Vec<Option<Foreign>>,
}

#[derive(PyGcIntegration)]
pub enum Part {
    One(Foreign),
    Nothing,
}

fn main() {}
