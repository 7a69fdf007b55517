//! A cycle of fields that clearing cannot take out is never collected, so this is a warning. It is an error here because a warning
//! alone would not stop the compiler.
#![deny(deprecated)]
use pyo3::types::{PyDict, PyTuple};
use pyo3_gc::prelude::*;

#[pyclass]
pub struct Node {
    #[pyo3(get, set)]
    parent: Py<Node>,
    #[pyo3(set)]
    pair: pyo3::Py<PyTuple>,
    #[pyo3(get, set)]
    fine: Option<Py<Node>>,
    #[pyo3(get, set)]
    any: Py<PyAny>,
    #[pyo3(get, set)]
    dict: Py<PyDict>,
    #[pyo3(get)]
    read_only: Py<Node>,
    #[pyo3(get, set)]
    #[allow(deprecated)]
    known: Py<Node>,
    #[cfg(any())]
    #[pyo3(set)]
    gone: Py<Node>,
}

#[pyclass(get_all, set_all)]
pub struct All {
    parent: Py<Node>,
}

#[pyclass]
#[pyo3(set_all)]
#[allow(deprecated)]
pub struct Silenced {
    parent: Py<Node>,
}

#[pyclass(frozen, get_all)]
pub struct Frozen {
    parent: Py<Node>,
}

fn main() {}
