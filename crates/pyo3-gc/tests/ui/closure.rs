//! Nobody can look into a closure.
use pyo3_gc::prelude::*;
use std::sync::Arc;

#[pyclass]
pub struct Button {
    on_click: Box<dyn Fn(i32) -> i32 + Send + Sync>,
    shared: Vec<Arc<dyn FnMut() + Send + Sync>>,
    #[pyo3(gc = false)]
    on_close: Option<Box<dyn FnOnce() + Send + Sync>>,
    plain: fn(i32) -> i32,
}

fn main() {}
