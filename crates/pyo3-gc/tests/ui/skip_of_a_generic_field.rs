//! What a parameter stands for is not known where the type is derived.
use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
pub struct Cache<T, const N: usize> {
    #[pyo3(gc = false)]
    values: Vec<T>,
    #[pyo3_gc(skip)]
    sizes: [usize; N],
    #[pyo3_gc(skip)]
    next: Option<Box<Self>>,
    #[pyo3_gc(skip = "filled with numbers only")]
    numbers: Vec<T>,
}

fn main() {}
