//! Errors are at the type where it is written, also if a macro puts it into the field.
use pyo3_gc::prelude::*;
use std::sync::Mutex;

macro_rules! node {
    ($name:ident { $($field:ident: $ty:ty,)* }) => {
        #[pyclass]
        pub struct $name {
            $($field: $ty,)*
        }
    };
}

pub struct Foreign;

node!(Missing { number: usize, foreign: Foreign, });
node!(Refused { lock: Mutex<Option<Py<PyAny>>>, call: fn(&str), });
node!(Closure { call: Box<dyn Fn() + Send + Sync>, });

fn main() {}
