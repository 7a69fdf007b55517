//! The hooks that the macros write.

shapes! { class: #[pyo3_gc::pyclass], part: #[derive(pyo3_gc::PyGcIntegration)] }
