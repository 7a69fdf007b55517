#[pyo3_gc::pyclass]
#[pyo3::pyclass]
pub struct OfPyo3 {
    number: usize,
}

#[pyo3_gc::pyclass]
#[pyo3_gc::pyclass(frozen)]
pub struct OfThisCrate {
    number: usize,
}

fn main() {}
