struct Other;
#[pyo3_gc::pyclass]
struct Node {
    other: Other,
}
