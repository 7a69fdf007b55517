use pyo3_gc::prelude::*;

type Callback = Box<dyn Fn() + Send + Sync>;

#[pyclass]
struct Session {
    on_close: Callback,
}
