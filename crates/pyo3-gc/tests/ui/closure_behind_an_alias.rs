//! The macro sees a name; the compiler knows the type.
use pyo3_gc::prelude::*;

type Callback = Box<dyn Fn() + Send + Sync>;
type Shared = std::sync::Arc<dyn Fn() + Send + Sync>;

#[pyclass]
pub struct Button {
    on_click: Callback,
    on_close: Option<Shared>,
}

fn main() {}
