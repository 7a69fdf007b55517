use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
#[pyo3(gc = false)]
pub struct OnAType;

#[pyclass]
#[pyo3(gc = false)]
pub struct OnAClass;

#[derive(PyGcIntegration)]
#[pyo3_gc(skip)]
pub struct Skipped;

#[derive(PyGcIntegration)]
#[pyo3_gc(derive_gc = false)]
pub struct NotAClass;

#[derive(PyGcIntegration)]
pub enum OnAVariant {
    #[pyo3_gc(skip)]
    One(usize),
    #[pyo3(gc = false)]
    Two(usize),
}

#[pyclass]
pub enum OnAVariantOfAClass {
    #[pyo3(gc = false)]
    One { number: usize },
}

fn main() {}
