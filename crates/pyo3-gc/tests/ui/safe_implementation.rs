//! The trait is unsafe to implement: a wrong answer destroys objects that are in use.
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::PyGcIntegration;

pub struct Plain;

impl PyGcIntegration for Plain {
    const MAY_CONTAIN_CYCLES: bool = false;
    fn traverse(&self, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
    fn clear(&mut self) {}
}

fn main() {}
