//! The functions of a module in place of the trait: what can be wrong about them.
use pyo3_gc::prelude::*;

pub struct Foreign(Option<Py<PyAny>>);

mod empty {}

mod incomplete {
    use pyo3::{PyTraverseError, PyVisit};
    pub fn traverse(_: &super::Foreign, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
}

#[derive(PyGcIntegration)]
pub struct Nothing {
    #[pyo3_gc(with = empty)]
    foreign: Foreign,
}

#[pyclass]
pub struct NoUnlink {
    #[pyo3_gc(with = incomplete)]
    foreign: Foreign,
}

#[pyclass]
pub struct NoModule {
    #[pyo3_gc(with = missing)]
    foreign: Foreign,
}

fn main() {}
