use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
#[repr(C, packed)]
pub struct Header {
    tag: u8,
    length: u32,
}

fn main() {}
