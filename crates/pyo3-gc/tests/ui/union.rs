use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
pub union Bits {
    number: u32,
    bytes: [u8; 4],
}

#[pyclass]
pub union Class {
    number: u32,
}

#[pyclass]
fn function() {}

fn main() {}
