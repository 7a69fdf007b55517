use pyo3_gc::prelude::*;

#[pyclass(derive_gc = false, clear_gc = false)]
pub struct Both;

#[pyclass]
#[pyo3_gc(derive_gc = false, clear_gc = false)]
pub struct BothBelow;

#[pyclass(clear_gc = maybe)]
pub struct Value;

#[pyclass(cleargc = false)]
pub struct Misspelt;

#[pyclass(clear_gc = false)]
#[pyo3_gc(clear_gc = false)]
pub struct Twice;

#[derive(PyGcIntegration)]
#[pyo3_gc(clear_gc = false)]
pub struct NotAClass;

fn main() {}
