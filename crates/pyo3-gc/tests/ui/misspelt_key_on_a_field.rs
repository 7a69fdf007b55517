use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    #[pyo3(gcc = false)]
    a: usize,
    #[pyo3_gc(skipp)]
    b: usize,
    #[pyo3_gc(ignore)]
    c: usize,
    #[pyo3_gc(gc = false)]
    d: usize,
}

fn main() {}
