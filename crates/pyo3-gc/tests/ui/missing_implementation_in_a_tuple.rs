//! The message names the part of a tuple that lacks the implementation.
use pyo3_gc::prelude::*;

pub struct Foreign;

#[pyclass]
pub struct Node {
    pair: (usize, Foreign),
}

fn main() {}
