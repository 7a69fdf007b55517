//! A `Py<T>` needs a `T` without borrows, also behind a parameter.
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{PyGcIntegration, field};

pub struct Wrapper<T>(pyo3::Py<T>);

unsafe impl<T> PyGcIntegration for Wrapper<T> {
    const MAY_CONTAIN_CYCLES: bool = true;
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(&self.0, visit)
    }
    fn clear(&mut self) {}
}

fn main() {}
