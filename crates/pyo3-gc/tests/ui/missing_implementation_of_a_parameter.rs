//! The message names the type that lacks the implementation, not the one around it.
use pyo3_gc::prelude::*;

pub struct Foreign;

#[derive(PyGcIntegration)]
pub struct Pair<A, B>(A, B);

#[pyclass]
pub struct Node {
    pair: Pair<usize, Foreign>,
}

fn main() {}
