use pyo3::prelude::*;

#[pyfunction]
fn area(width: f64) -> f64 {
    println!("{} by {}", width);
    "none"
}
