//! Every shape passes the call through a shared reference on to what can change in its place.
#![cfg(feature = "auto")]

#[path = "support/shapes.rs"]
mod shapes;
mod support;

use pyo3::prelude::*;
use pyo3_gc::{Bag, PyGcIntegration, pyclass};
use std::cell::RefCell;
use std::collections::BTreeMap;
use support::{DropGuard, OnOneThread, Shape, call_clear, collect, count, drop_check, python, reported, thing};

/// What lies in the shapes.
type Object = support::Slot;

fn slot(object: &Bound<'_, PyAny>) -> Object {
    OnOneThread(RefCell::new(Some(object.clone().unbind())))
}

#[derive(PyGcIntegration)]
struct Part {
    name: String,
    shape: Box<dyn Shape>,
}

#[pyclass(frozen)]
struct Frozen {
    shape: Box<dyn Shape>,
    guard: DropGuard,
}

fn frozen(py: Python<'_>, shape: Box<dyn Shape>) -> (Bound<'_, Frozen>, support::DropCheck) {
    let (guard, check) = drop_check();
    // A lock in a shape in a struct in a map in a frozen class.
    let part = Part { name: "one".to_owned(), shape };
    assert!(!part.name.is_empty());
    let shape = Box::new(BTreeMap::from([(part.name.clone(), part)]));
    (Bound::new(py, Frozen { shape, guard }).unwrap(), check)
}

#[test]
fn a_frozen_class_is_cleared_through_a_lock_in_every_shape() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            let before = count(&object);
            let (frozen, _check) = frozen(py, (case.make)(&|| slot(&object)));
            assert_eq!(reported(&frozen, &object), case.references, "{}", case.name);
            for _ in 0..2 {
                call_clear(&frozen);
                assert_eq!(reported(&frozen, &object), case.fixed, "{}", case.name);
                assert_eq!(count(&object) - before, case.fixed, "{}", case.name);
            }
        }
    });
}

#[test]
fn a_cycle_through_a_lock_in_a_frozen_class_is_collected() {
    python(|py| {
        for case in shapes::all().into_iter().filter(|case| case.fixed == 0) {
            let object = thing(py);
            let (frozen, check) = frozen(py, (case.make)(&|| slot(&object)));
            object.setattr("owner", &frozen).unwrap();
            drop(object);
            collect(py);
            check.assert_alive(case.name);
            drop(frozen);
            check.assert_collected(py, case.name);
        }
    });
}

#[test]
fn an_exclusive_reference_empties_every_shape_into_the_bag() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            let before = count(&object);
            let mut shape = (case.make)(&|| slot(&object));
            let mut bag = Bag::new();
            PyGcIntegration::unlink(&mut shape, &mut bag);
            assert_eq!(count(&object) - before, case.references, "{}: dropped before the bag", case.name);
            drop(bag);
            assert_eq!(count(&object), before, "{}: kept", case.name);
        }
    });
}
