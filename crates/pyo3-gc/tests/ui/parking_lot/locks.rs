//! The locks of `parking_lot` are no different from those of the standard library.
use parking_lot::{Mutex, ReentrantMutex, RwLock};
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    next: Mutex<Option<Py<PyAny>>>,
    other: RwLock<Option<Py<PyAny>>>,
    third: ReentrantMutex<Option<Py<PyAny>>>,
    number: Mutex<usize>,
}

fn main() {}
