use pyo3_gc::prelude::*;

#[pyclass(get_all, set_all)]
struct Node {
    parent: Py<Node>,
}
