use pyo3::prelude::*;
#[pyclass]
struct Node {
    owner: std::rc::Rc<i32>,
}
