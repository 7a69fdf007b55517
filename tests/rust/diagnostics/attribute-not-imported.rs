#[pyclass]
struct Node {}
