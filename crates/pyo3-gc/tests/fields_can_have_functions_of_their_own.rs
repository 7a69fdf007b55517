//! `#[pyo3_gc(with = path)]`: the functions of a module stand for the trait, and `attached_only` is such a module for locks.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3_gc::{Bag, PyGcIntegration, pyclass};
use std::sync::{Mutex, RwLock};
use support::{DropGuard, call_clear, drop_check, python, reported, thing};

type Object = Option<Py<PyAny>>;

/// From another crate, as it were.
struct Foreign(Object);

/// The functions may be safe or not, and a module need not have the third.
mod foreign {
    use super::Foreign;
    use pyo3::{PyTraverseError, PyVisit};
    use pyo3_gc::{Bag, field};

    pub(super) fn traverse(value: &Foreign, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(&value.0, visit)
    }
    /// # Safety
    ///
    /// None; it shows that it may be unsafe.
    pub(super) unsafe fn unlink(value: &mut Foreign, bag: &mut Bag) {
        field::unlink(&mut value.0, bag);
    }
}

struct NoIntegration;

mod generic {
    use pyo3::{PyTraverseError, PyVisit};
    use pyo3_gc::Bag;
    use std::cell::Cell;

    #[expect(clippy::unnecessary_wraps, reason = "the signature is that of the trait")]
    pub(super) fn traverse<T>(_: &Wrapped<T>, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
    pub(super) fn unlink<T>(_: &mut Wrapped<T>, _: &mut Bag) {}
    pub(super) fn unlink_shared<T>(value: &Wrapped<T>, _: &mut Bag) {
        value.1.set(true);
    }

    pub(super) struct Wrapped<T>(pub(super) Vec<T>, pub(super) Cell<bool>);
}

#[pyclass]
struct Holder {
    #[pyo3_gc(with = foreign)]
    foreign: Foreign,
    seen: Object,
    _guard: DropGuard,
}

#[derive(PyGcIntegration)]
enum Choice<T> {
    /// No bound on `T` follows.
    First(#[pyo3_gc(with = self::generic)] generic::Wrapped<T>),
    Second(#[pyo3_gc(with = foreign)] Foreign),
}

#[pyclass(frozen)]
struct Locks {
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    mutex: Mutex<Object>,
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    lock: RwLock<Object>,
    _guard: DropGuard,
}

/// Cleared through an exclusive reference.
#[pyclass]
struct MutableLocks {
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    mutex: Mutex<Object>,
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    lock: RwLock<Object>,
}

#[cfg(feature = "parking_lot")]
#[pyclass(frozen)]
struct ParkingLot {
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    mutex: parking_lot::Mutex<Object>,
    #[pyo3_gc(with = pyo3_gc::attached_only)]
    lock: parking_lot::RwLock<Object>,
    _guard: DropGuard,
}

#[test]
fn a_foreign_type_is_visited_and_collected() {
    python(|py| {
        let (guard, check) = drop_check();
        let holder = Bound::new(py, Holder { foreign: Foreign(None), seen: None, _guard: guard }).unwrap();
        holder.borrow_mut().foreign.0 = Some(holder.clone().into_any().unbind());
        holder.borrow_mut().seen = Some(holder.clone().into_any().unbind());
        assert_eq!(reported(&holder, &holder), 2);
        drop(holder);
        check.assert_collected(py, "Holder");
    });
}

#[cfg(feature = "introspect")]
#[test]
fn the_path_of_such_a_field_is_known() {
    python(|py| {
        let object = thing(py);
        let (guard, _check) = drop_check();
        let holder = Holder { foreign: Foreign(Some(object.clone().unbind())), seen: None, _guard: guard };
        let edges = pyo3_gc::edges(&Bound::new(py, holder).unwrap());
        let path = edges.iter().find(|(_, referent)| referent.is(&object)).map(|(path, _)| path.as_str());
        assert_eq!(path, Some("foreign"));
    });
}

#[test]
fn clear_unlinks_and_drops_at_once() {
    python(|py| {
        let object = thing(py);
        let mut choice = Choice::<u8>::Second(Foreign(Some(object.clone().unbind())));
        let before = support::count(&object);
        PyGcIntegration::clear(&mut choice);
        assert_eq!(support::count(&object), before - 1);
        let Choice::Second(foreign) = &choice else { unreachable!() };
        assert!(foreign.0.is_none());
        let mut bag = Bag::new();
        PyGcIntegration::unlink_shared(&choice, &mut bag); // the module has no such function
    });
    const { assert!(<Choice<u8>>::MAY_CONTAIN_CYCLES) };
}

#[test]
fn the_function_for_shared_references_is_called_if_there_is_one() {
    let choice = Choice::First(generic::Wrapped(vec![NoIntegration], std::cell::Cell::new(false)));
    let mut bag = Bag::new();
    PyGcIntegration::unlink_shared(&choice, &mut bag);
    let Choice::First(wrapped) = &choice else { unreachable!() };
    assert!(wrapped.1.get() && wrapped.0.len() == 1);
}

#[test]
fn a_lock_is_seen_through_and_emptied() {
    python(|py| {
        let (guard, check) = drop_check();
        let locks = Locks { mutex: Mutex::new(None), lock: RwLock::new(None), _guard: guard };
        let locks = Bound::new(py, locks).unwrap();
        *locks.get().mutex.lock().unwrap() = Some(locks.clone().into_any().unbind());
        *locks.get().lock.write().unwrap() = Some(locks.clone().into_any().unbind());
        assert_eq!(reported(&locks, &locks), 2);
        drop(locks);
        check.assert_collected(py, "Locks");

        let own = || Some(py.NotImplemented());
        let locks = Bound::new(py, MutableLocks { mutex: Mutex::new(own()), lock: RwLock::new(own()) }).unwrap();
        call_clear(&locks);
        let locks = locks.borrow();
        assert!(locks.mutex.lock().unwrap().is_none() && locks.lock.read().unwrap().is_none());
    });
}

#[test]
fn a_lock_that_is_taken_is_neither_waited_for_nor_emptied() {
    python(|py| {
        let object = thing(py);
        let own = || Some(object.clone().unbind());
        let (guard, _check) = drop_check();
        let locks = Locks { mutex: Mutex::new(own()), lock: RwLock::new(own()), _guard: guard };
        let locks = Bound::new(py, locks).unwrap();
        let content = locks.get().mutex.lock().unwrap();
        let reader = locks.get().lock.read().unwrap();
        assert_eq!(reported(&locks, &object), 1, "a reader is no obstacle");
        call_clear(&locks);
        assert!(content.is_some() && reader.is_some());
        drop((content, reader));
        let writer = locks.get().lock.write().unwrap();
        assert_eq!(reported(&locks, &object), 1, "the mutex is free now");
        drop(writer);
    });
}

#[test]
fn a_poisoned_lock_is_looked_into() {
    python(|py| {
        let object = thing(py);
        let own = || Some(object.clone().unbind());
        let (guard, _check) = drop_check();
        let mut locks = Locks { mutex: Mutex::new(own()), lock: RwLock::new(own()), _guard: guard };
        poison(&locks);
        let mut bag = Bag::new();
        PyGcIntegration::unlink(&mut locks, &mut bag);
        *locks.mutex.get_mut().unwrap_err().into_inner() = own();
        *locks.lock.get_mut().unwrap_err().into_inner() = own();
        let locks = Bound::new(py, locks).unwrap();
        assert_eq!(reported(&locks, &object), 2);
        call_clear(&locks);
        assert_eq!(reported(&locks, &object), 0);
    });
}

fn poison(locks: &Locks) {
    std::thread::scope(|scope| {
        let poison = || {
            let _guards = (locks.mutex.lock().unwrap(), locks.lock.write().unwrap());
            std::panic::resume_unwind(Box::new(()));
        };
        scope.spawn(poison).join().unwrap_err();
    });
}

#[cfg(feature = "parking_lot")]
#[test]
fn the_locks_of_parking_lot_are_seen_through_and_emptied() {
    python(|py| {
        let (guard, check) = drop_check();
        let locks = ParkingLot { mutex: None.into(), lock: None.into(), _guard: guard };
        let locks = Bound::new(py, locks).unwrap();
        *locks.get().mutex.lock() = Some(locks.clone().into_any().unbind());
        *locks.get().lock.write() = Some(locks.clone().into_any().unbind());
        assert_eq!(reported(&locks, &locks), 2);
        let reader = locks.get().lock.read();
        let writer = locks.get().mutex.lock();
        assert_eq!(reported(&locks, &locks), 1);
        call_clear(&locks);
        assert!(reader.is_some() && writer.is_some());
        drop((reader, writer));
        drop(locks);
        check.assert_collected(py, "ParkingLot");
    });
}
