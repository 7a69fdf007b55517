#[pyo3::pyfunction]
fn f() -> i32 {
    let unused = 1;
    true
}
