//! A trait with the supertrait `DynGcIntegration` has objects that take part like the types behind them.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3_gc::{Bag, DynGcIntegration, PyGcIntegration, integrate_dyn, may_contain_cycles, pyclass};
use std::cell::RefCell;
use std::collections::HashMap;
use support::{DropGuard, OnOneThread, Untouchable, call_clear, count, drop_check, python, reported, thing};

type Object = Option<Py<PyAny>>;

trait Handler: DynGcIntegration + Send + Sync {
    /// Names of the trait do not stand in the way.
    fn traverse(&self) -> &'static str;
    fn clear(&mut self) {}
}

trait Convert<T: 'static>: DynGcIntegration {
    fn convert(&self, value: T) -> T;
}

trait Plain: DynGcIntegration {}

integrate_dyn!(dyn Handler, dyn Plain, dyn Plain + Send + Sync);
integrate_dyn!(<T> dyn Convert<T>);
integrate_dyn!(<T, U: Iterator<Item = Vec<T>>> dyn Convert<(T, U)> + Send where T: Default);

#[derive(PyGcIntegration)]
struct Callback {
    function: Object,
}

impl Handler for Callback {
    fn traverse(&self) -> &'static str {
        "callback"
    }
}

impl Plain for Callback {}

/// Its content is in a cell.
#[derive(PyGcIntegration)]
struct Switch(OnOneThread<RefCell<Object>>);

impl Handler for Switch {
    fn traverse(&self) -> &'static str {
        "switch"
    }
}

#[pyclass]
struct Session {
    handlers: Vec<Box<dyn Handler>>,
    by_name: HashMap<String, Box<dyn Plain + Send + Sync>>,
    guard: DropGuard,
}

#[pyclass(frozen)]
struct Frozen {
    handlers: Vec<Box<dyn Handler>>,
    guard: DropGuard,
}

fn callback(object: &Bound<'_, PyAny>) -> Callback {
    Callback { function: Some(object.clone().unbind()) }
}

fn switch(object: &Bound<'_, PyAny>) -> Box<dyn Handler> {
    Box::new(Switch(OnOneThread(RefCell::new(Some(object.clone().unbind())))))
}

#[test]
fn a_cycle_through_trait_objects_is_reported_once_and_collected() {
    python(|py| {
        let object = thing(py);
        let before = count(&object);
        let (guard, check) = drop_check();
        let handlers: Vec<Box<dyn Handler>> = vec![Box::new(callback(&object)), switch(&object)];
        assert_eq!([0, 1].map(|index| Handler::traverse(&*handlers[index])), ["callback", "switch"]);
        let by_name = HashMap::from([("one".to_owned(), Box::new(callback(&object)) as Box<dyn Plain + Send + Sync>)]);
        let session = Bound::new(py, Session { handlers, by_name, guard }).unwrap();
        assert_eq!((reported(&session, &object), count(&object) - before), (3, 3));
        object.setattr("session", session).unwrap();
        drop(object);
        check.assert_collected(py, "Session");
    });
}

#[test]
fn a_frozen_class_is_cleared_through_the_lock_behind_a_trait_object() {
    python(|py| {
        let object = thing(py);
        let (guard, check) = drop_check();
        let frozen =
            Bound::new(py, Frozen { handlers: vec![Box::new(callback(&object)), switch(&object)], guard }).unwrap();
        assert_eq!(reported(&frozen, &object), 2);
        call_clear(&frozen);
        assert_eq!(reported(&frozen, &object), 1, "the one without a lock stays");
        drop(frozen);
        assert!(check.dropped());

        let (guard, check) = drop_check();
        let frozen = Bound::new(py, Frozen { handlers: vec![switch(&object)], guard }).unwrap();
        object.setattr("frozen", frozen).unwrap();
        drop(object);
        check.assert_collected(py, "Frozen");
    });
}

#[test]
fn every_method_reaches_the_value_behind_the_pointer() {
    python(|py| {
        let object = thing(py);
        let before = count(&object);
        let mut plain: Box<dyn Plain> = Box::new(callback(&object));
        PyGcIntegration::clear(&mut plain);
        assert_eq!(count(&object), before);

        let mut handler: Box<dyn Handler> = Box::new(callback(&object));
        let mut bag = Bag::new();
        handler.unlink_shared(&mut bag);
        drop(std::mem::take(&mut bag));
        assert_eq!(count(&object), before + 1, "nothing in it can change in its place");
        handler.unlink(&mut bag);
        assert_eq!(count(&object), before + 1, "in the bag");
        drop(bag);
        assert_eq!(count(&object), before);
        Handler::clear(&mut *handler);
    });
}

impl Handler for Untouchable {
    fn traverse(&self) -> &'static str {
        "untouchable"
    }
}

#[test]
fn a_type_that_owns_nothing_is_not_asked_behind_a_trait_object() {
    python(|py| {
        let (guard, _check) = drop_check();
        let handlers: Vec<Box<dyn Handler>> = vec![Box::new(Untouchable)];
        let session = Bound::new(py, Session { handlers, by_name: HashMap::new(), guard }).unwrap();
        assert_eq!(reported(&session, &session), 0);
        call_clear(&session);
        let mut handler: Box<dyn Handler> = Box::new(Untouchable);
        assert_eq!(Handler::traverse(&*handler), "untouchable");
        PyGcIntegration::clear(&mut handler);
        handler.unlink_shared(&mut Bag::new());
    });
}

#[derive(PyGcIntegration)]
struct Twice;

impl Convert<u8> for Twice {
    fn convert(&self, value: u8) -> u8 {
        value * 2
    }
}

#[test]
fn trait_objects_say_that_they_may_own_an_object() {
    assert!(may_contain_cycles::<dyn Handler>() && may_contain_cycles::<Vec<Box<dyn Plain>>>());
    assert!(may_contain_cycles::<Box<dyn Convert<u8>>>());
    assert!(may_contain_cycles::<dyn Convert<(u8, std::vec::IntoIter<Vec<u8>>)> + Send>());
    assert_eq!((Box::new(Twice) as Box<dyn Convert<u8>>).convert(2), 4);
}
