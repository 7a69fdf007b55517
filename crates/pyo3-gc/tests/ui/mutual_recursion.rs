//! Two types that contain each other, and no field that names `Py`: neither constant can be known before the other.
use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
pub struct Folder {
    entries: Vec<Entry>,
}

#[derive(PyGcIntegration)]
pub struct Entry {
    folder: Option<Box<Folder>>,
    owner: Owner,
}

#[derive(PyGcIntegration)]
pub struct Owner(Py<PyAny>);

fn main() {}
