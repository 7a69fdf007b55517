//! A type that cannot be seen through and names a `Py` is where a leak hides: skipping it needs a reason.
use pyo3_gc::prelude::*;
use std::sync::{Arc, Mutex};

#[pyclass]
pub struct Node {
    #[pyo3(gc = false)]
    shared: Arc<Mutex<Vec<Py<PyAny>>>>,
    #[pyo3_gc(skip = "the objects in it are numbers")]
    numbers: Arc<Mutex<Vec<Py<PyAny>>>>,
    #[pyo3(gc = false)]
    count: Arc<Mutex<usize>>,
}

fn main() {}
