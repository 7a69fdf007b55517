//! What is written stands in place of what would follow from the fields.
use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
#[pyo3_gc(bound = "")]
pub struct Pair<T>(T, usize);

fn main() {}
