use pyo3_gc::prelude::*;

pub struct Foreign(Option<Py<PyAny>>);

mod functions {}

#[pyclass]
pub struct Node {
    #[pyo3_gc(with = "functions")]
    quoted: Foreign,
    #[pyo3_gc(with)]
    bare: Foreign,
    #[pyo3_gc(skip = "reason", with = functions)]
    both: Foreign,
    #[pyo3(gc = false)]
    #[pyo3_gc(with = functions)]
    again: Foreign,
    #[pyo3_gc(with = functions, with = functions)]
    twice: Foreign,
    #[pyo3_gc(wiht = functions)]
    misspelt: Foreign,
}

#[derive(PyGcIntegration)]
#[pyo3_gc(with = functions)]
pub enum Kind {
    #[pyo3_gc(with = functions)]
    One(Foreign),
}

fn main() {}
