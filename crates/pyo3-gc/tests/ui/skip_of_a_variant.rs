//! A variant that is skipped without a reason must own nothing.
use pyo3_gc::prelude::*;
use std::sync::{Arc, Mutex};

pub struct Foreign<T>(T);

#[derive(PyGcIntegration)]
pub enum State<T> {
    #[pyo3_gc(skip)]
    Owns(usize, Option<Py<PyAny>>),
    #[pyo3_gc(skip)]
    Hides { foreign: Foreign<Py<PyAny>> },
    #[pyo3_gc(skip)]
    Refused(Arc<Mutex<Py<PyAny>>>),
    #[pyo3_gc(skip)]
    Fine(usize, Foreign<usize>, Arc<str>),
    #[pyo3_gc(skip = "shared with Rust code only")]
    Said(Arc<Mutex<Py<PyAny>>>),
    Visited(T),
}

#[derive(PyGcIntegration)]
pub enum Generic<T> {
    #[pyo3_gc(skip)]
    Depends(Vec<T>),
}

#[derive(PyGcIntegration)]
pub enum Grammar {
    #[pyo3_gc(skip)]
    Twice(#[pyo3_gc(skip)] usize),
    #[pyo3_gc(skip)]
    #[pyo3_gc(skip)]
    Again(usize),
    #[pyo3_gc(skp)]
    Misspelt(usize),
    #[pyo3_gc(skip = "")]
    Empty(usize),
    #[pyo3_gc]
    Bare,
}

fn main() {}
