use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
struct Branch {
    leaves: Vec<Leaf>,
}

#[derive(PyGcIntegration)]
struct Leaf {
    parent: Option<Box<Branch>>,
}
