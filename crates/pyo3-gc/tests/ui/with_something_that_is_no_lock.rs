//! `attached_only` knows what can be tried without waiting.
use pyo3_gc::prelude::*;
use std::sync::Mutex;

#[pyclass]
pub struct Locks {
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    several: Vec<Mutex<Py<PyAny>>>,
}

fn main() {}
