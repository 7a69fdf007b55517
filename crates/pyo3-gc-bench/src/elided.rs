//! Large contents: two that can own no Python object, and one that can.

use pyo3::{Py, PyAny, pymethods};

/// Numbers only.
#[pyo3_gc::pyclass]
pub(crate) struct Numbers {
    _content: Vec<u64>,
}

/// A tuple with text in it.
#[pyo3_gc::pyclass]
pub(crate) struct Pairs {
    _content: Vec<(u32, String)>,
}

/// Places for objects, all of them empty.
#[pyo3_gc::pyclass]
pub(crate) struct Nothing {
    _content: Vec<Option<Py<PyAny>>>,
}

#[pymethods]
impl Numbers {
    #[new]
    fn new(count: usize) -> Self {
        Self { _content: vec![0; count] }
    }
}

#[pymethods]
impl Pairs {
    #[new]
    fn new(count: usize) -> Self {
        Self { _content: (0..count).map(|_| (1, String::new())).collect() }
    }
}

#[pymethods]
impl Nothing {
    #[new]
    fn new(count: usize) -> Self {
        Self { _content: (0..count).map(|_| None).collect() }
    }
}
