//! A trait object says nothing until its trait is integrated.
use pyo3_gc::prelude::*;

trait Handler: Send + Sync {}

#[pyclass]
pub struct Session {
    handlers: Vec<Box<dyn Handler>>,
}

fn main() {}
