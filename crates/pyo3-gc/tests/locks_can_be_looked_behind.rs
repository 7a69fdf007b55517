//! `GcMutex` and `GcRwLock` in classes: what the collector sees, what clearing takes, and who waits for whom.

mod support;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_gc::{AlreadyLocked, Bag, GcMutex, GcRwLock, PyGcIntegration, pyclass};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;
use support::{DropGuard, collect, drop_check, python, reported, run, thing};

type Content = Option<Py<PyAny>>;

#[pyclass(frozen, weakref)]
struct Slot {
    mutex: GcMutex<Content>,
    lock: GcRwLock<Vec<Py<PyAny>>>,
    guard: DropGuard,
}

#[pymethods]
impl Slot {
    /// Runs Python code under the lock.
    fn compare(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let content = self.mutex.lock(py)?;
        content.as_ref().map_or(Ok(false), |content| content.bind(py).eq(other))
    }
}

fn slot(py: Python<'_>) -> (Bound<'_, Slot>, support::DropCheck) {
    let (guard, check) = drop_check();
    (Bound::new(py, Slot { mutex: GcMutex::default(), lock: GcRwLock::default(), guard }).unwrap(), check)
}

#[test]
fn a_frozen_class_is_cleared_through_its_locks() {
    python(|py| {
        let (one, check) = slot(py);
        *one.get().mutex.lock(py).unwrap() = Some(one.clone().into_any().unbind());
        drop(one);
        check.assert_collected(py, "a cycle through a mutex");

        let (one, check) = slot(py);
        one.get().lock.write(py).unwrap().push(one.clone().into_any().unbind());
        drop(one);
        check.assert_collected(py, "a cycle through a readers-writer lock");
    });
}

/// A lock in a struct in a tuple in a map in an option in a frozen class.
#[derive(PyGcIntegration)]
struct Deep {
    name: String,
    slot: GcMutex<Content>,
}

#[pyclass(frozen)]
struct Nested {
    parts: Option<HashMap<u8, (u8, Deep)>>,
    guard: DropGuard,
}

#[test]
fn a_lock_deep_inside_a_frozen_class_is_cleared() {
    python(|py| {
        let (guard, check) = drop_check();
        let deep = Deep { name: "deep".to_owned(), slot: GcMutex::new(None) };
        let nested = Bound::new(py, Nested { parts: Some(HashMap::from([(1, (2, deep))])), guard }).unwrap();
        let deep = &nested.get().parts.as_ref().unwrap()[&1].1;
        *deep.slot.lock(py).unwrap() = Some(nested.clone().into_any().unbind());
        assert_eq!((reported(nested.as_any(), nested.as_any()), deep.name.as_str()), (1, "deep"));
        drop(nested);
        check.assert_collected(py, "a cycle through a lock deep inside");
    });
}

#[test]
fn what_is_locked_for_writing_is_hidden_and_kept_alive() {
    python(|py| {
        let (one, check) = slot(py);
        let object = thing(py);
        object.setattr("slot", &one).unwrap();
        let guard = {
            // SAFETY: the class is frozen, and the object outlives the guard: it owns itself through the content, and the test
            // is that nothing takes it apart before.
            let slot: &'static Slot = unsafe { &*std::ptr::from_ref(one.get()) };
            let mut guard = slot.mutex.lock(py).unwrap();
            *guard = Some(object.clone().unbind());
            guard
        };
        assert_eq!(reported(one.as_any(), &object), 0);
        drop((one, object));
        collect(py);
        check.assert_alive("an object whose lock is held");
        assert!(guard.is_some());
        drop(guard);
        check.assert_collected(py, "the same object after the release");
    });
}

#[test]
fn what_is_locked_for_reading_is_seen() {
    python(|py| {
        let (one, _) = slot(py);
        let object = thing(py);
        one.get().lock.write(py).unwrap().push(object.clone().unbind());
        let first = one.get().lock.read(py).unwrap();
        let second = one.get().lock.read(py).unwrap();
        assert_eq!(reported(one.as_any(), &object), 1);
        support::call_clear(one.as_any());
        assert_eq!((first.len(), second.len()), (1, 1), "clearing does not change what somebody reads");
        drop((first, second));
        support::call_clear(one.as_any());
        assert!(one.get().lock.read(py).unwrap().is_empty());
    });
}

#[test]
fn a_thread_that_would_wait_for_itself_gets_an_error() {
    python(|py| {
        let mutex = GcMutex::new(1);
        let guard = mutex.lock(py).unwrap();
        let error: AlreadyLocked = mutex.lock(py).map(drop).unwrap_err();
        assert!(mutex.try_lock(py).is_none());
        drop(guard);
        assert!(mutex.lock(py).is_ok());
        let error = PyErr::from(error);
        assert!(error.is_instance_of::<PyRuntimeError>(py));
        assert!(error.to_string().contains("this thread already holds the lock"), "{error}");

        let lock = GcRwLock::new(1);
        let reader = lock.read(py).unwrap();
        assert!(lock.write(py).is_err() && lock.try_write(py).is_none());
        let again = lock.read(py).unwrap();
        drop(reader);
        assert!(lock.write(py).is_err(), "one of two readers is left");
        drop(again);
        let writer = lock.write(py).unwrap();
        assert!(lock.write(py).is_err() && lock.read(py).is_err() && lock.try_read(py).is_none());
        drop(writer);
        assert!(lock.read(py).is_ok() && lock.write(py).is_ok());
    });
}

#[test]
fn python_code_that_comes_back_under_the_lock_gets_an_error() {
    python(|py| {
        let (one, _) = slot(py);
        let locals = PyDict::new(py);
        locals.set_item("slot", &one).unwrap();
        run(
            py,
            c"
class Nosy:
    def __init__(self, slot):
        self.slot = slot
    def __eq__(self, other):
        return self.slot.compare(other)
nosy = Nosy(slot)
",
            &locals,
        );
        *one.get().mutex.lock(py).unwrap() = Some(locals.get_item("nosy").unwrap().unwrap().unbind());
        let error = one.call_method1("compare", (1,)).unwrap_err();
        assert!(error.to_string().contains("already holds the lock"), "{error}");
    });
}

#[test]
fn a_thread_that_waits_is_detached_and_gets_the_lock() {
    python(|py| {
        let lock = Arc::new(GcRwLock::new(Vec::new()));
        let (about_to_wait, starts) = channel();
        let reader = lock.read(py).unwrap();
        let writers: Vec<_> = (0..3)
            .map(|number| {
                let (lock, about_to_wait) = (lock.clone(), about_to_wait.clone());
                thread::spawn(move || {
                    Python::attach(|py| {
                        about_to_wait.send(()).unwrap();
                        lock.write(py).unwrap().push(number);
                    });
                })
            })
            .collect();
        py.detach(move || (0..3).for_each(|_| starts.recv().unwrap()));
        // If one of them waited attached, this thread could not attach again.
        py.detach(|| thread::sleep(Duration::from_millis(20)));
        assert!(reader.is_empty());
        drop(reader);
        py.detach(|| writers.into_iter().for_each(|writer| writer.join().unwrap()));
        let mut numbers = lock.read(py).unwrap().clone();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2]);
    });
}

#[test]
fn a_panic_under_the_lock_poisons_nothing() {
    python(|py| {
        let mutex = GcMutex::new(1);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut guard = mutex.lock(py).unwrap();
            *guard = 2;
            panic!("under the lock");
        }));
        assert!(result.is_err());
        assert_eq!(*mutex.lock(py).unwrap(), 2);
    });
}

#[test]
fn a_detached_thread_that_unlinks_attaches_first() {
    python(|py| {
        let mutex = GcMutex::new(Some(py.None()));
        let (mutex, bags) = py.detach(move || {
            let thread = thread::spawn(move || {
                let mut bag = Bag::new();
                mutex.unlink_shared(&mut bag);
                (mutex, format!("{bag:?}"))
            });
            // While a collection could run, that thread must not get the lock.
            thread.join().unwrap()
        });
        assert_eq!(bags, "Bag { objects: 1, rest: 0 }");
        assert!(mutex.into_inner().is_none());
    });
}

#[test]
fn what_is_locked_is_not_unlinked() {
    python(|py| {
        let mutex = GcMutex::new(Some(py.None()));
        let guard = mutex.lock(py).unwrap();
        let mut bag = Bag::new();
        mutex.unlink_shared(&mut bag);
        assert!(guard.is_some(), "the lock is held");
    });
}

#[test]
fn a_lock_has_the_usual_traits() {
    fn shared<T: Send + Sync>() {}
    shared::<GcMutex<std::cell::Cell<u8>>>();
    shared::<GcRwLock<Content>>();
    python(|py| {
        assert_eq!(*GcMutex::from(3).lock(py).unwrap(), 3);
        assert_eq!(*GcRwLock::from(3).read(py).unwrap(), 3);
        let mutex = GcMutex::<u8>::default();
        assert_eq!(format!("{mutex:?}"), "GcMutex { held: false, .. }");
        let guard = mutex.lock(py).unwrap();
        assert_eq!(format!("{mutex:?} {guard:?}"), "GcMutex { held: true, .. } 0");
        let lock = GcRwLock::new([1, 2]);
        let unsized_lock: &GcRwLock<[u8]> = &lock;
        assert_eq!(unsized_lock.read(py).unwrap().len(), 2);
        assert_eq!(format!("{unsized_lock:?}"), "GcRwLock { held: false, .. }");
    });
}
