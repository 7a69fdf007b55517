//! A type that the collector cannot look into is refused where it stands in the field, at any depth, and once.
use pyo3_gc::prelude::*;
use std::cell::{Cell, LazyCell};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, RwLock, Weak};

type Object = Option<Py<PyAny>>;
type Shared<T> = Arc<T>;

#[pyclass(unsendable)]
pub struct Owners {
    shared: Arc<Py<PyAny>>,
    local: Rc<Object>,
    alias: Shared<Object>,
    number: Arc<usize>,
    text: Arc<str>,
    weak: Weak<Mutex<Object>>,
}

#[pyclass]
pub struct Locks {
    inside: HashMap<String, Option<Mutex<Object>>>,
    twice: Arc<RwLock<Vec<Object>>>,
    number: Arc<Mutex<usize>>,
    nothing: PhantomData<Arc<Object>>,
}

#[pyclass(unsendable)]
pub struct Cells {
    cell: Cell<Object>,
    lazy: LazyCell<Object>,
    lock: (u8, LazyLock<Object>),
    number: Cell<u8>,
}

#[pyclass]
pub struct Errors {
    last: Option<PyErr>,
    bytes: pyo3::pybacked::PyBackedBytes,
}

/// Somebody else's error is not repeated here.
#[pyclass]
pub struct UsesThem {
    node: Node,
    errors: Vec<Errors>,
    path: Option<std::sync::Arc<Object>>,
}

#[derive(PyGcIntegration)]
pub struct Node {
    next: Option<Arc<Node>>,
}

#[derive(PyGcIntegration)]
pub enum Generic<T> {
    Both(T, Mutex<Object>),
}

fn main() {}
