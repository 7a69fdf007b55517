#[pyo3::pyfunction]
fn f(unused: i32) {}
