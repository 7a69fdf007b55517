use pyo3_gc::prelude::*;

#[pyclass(derivegc = false)]
pub struct Letters;

#[pyclass(gc = false)]
#[pyo3_gc(derive_cg = false)]
pub struct Two;

fn main() {}
