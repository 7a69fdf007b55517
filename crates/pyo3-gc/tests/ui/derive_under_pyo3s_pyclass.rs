//! PyO3's own attribute does not know the key `gc`, and says so. The derive says what to write.
#[derive(pyo3_gc::PyGcIntegration)]
#[pyo3::pyclass]
pub struct Above {
    #[pyo3(gc = false)]
    number: Foreign,
}

#[pyo3::pyclass]
#[derive(pyo3_gc::PyGcIntegration)]
pub struct Below {
    #[pyo3(gc = false)]
    number: Foreign,
}

#[pyo3::pyclass]
#[derive(pyo3_gc::PyGcIntegration)]
pub struct Fine {
    #[pyo3(get)]
    #[pyo3_gc(skip)]
    number: Foreign,
}

#[derive(Clone, pyo3::IntoPyObject)]
pub struct Foreign(usize);

fn main() {}
