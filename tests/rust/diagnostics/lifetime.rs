use pyo3_gc::prelude::*;

#[pyclass]
struct Line<'a> {
    text: &'a str,
}
