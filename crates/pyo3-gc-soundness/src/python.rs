//! The interpreter as the tests use it.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use std::sync::{Mutex, PoisonError};

/// Attaches, and lets one test at a time do so: a collection on another thread would come between. So would an automatic one.
///
/// What is there before is put aside, so that a collection looks at the objects of the test only.
///
/// # Panics
///
/// Where `test` does.
pub fn python<R>(test: impl FnOnce(Python<'_>) -> R) -> R {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    Python::attach(|py| {
        let gc = py.import("gc").unwrap();
        for step in ["disable", "collect", "freeze"] {
            gc.call_method0(step).unwrap();
        }
        test(py)
    })
}

/// One full collection.
///
/// # Panics
///
/// Where it raises an exception.
pub fn collect(py: Python<'_>) {
    py.import("gc").unwrap().call_method0("collect").unwrap();
}

/// The objects that `owner` reports to the collector, sorted by address: without the keys of a dictionary, and without the
/// `None` that a clear leaves in the place of an object.
///
/// # Panics
///
/// Where Python has no memory left.
#[must_use]
pub fn referents(owner: &Bound<'_, PyAny>) -> Vec<usize> {
    let gc = owner.py().import("gc").unwrap();
    let found = gc.call_method1("get_referents", (owner,)).unwrap().cast_into::<PyList>().unwrap();
    let node = |object: &Bound<'_, PyAny>| !object.is_none() && !object.is_exact_instance_of::<PyString>();
    let mut found: Vec<usize> = found.iter().filter(node).map(|object| object.as_ptr().addr()).collect();
    found.sort_unstable();
    found
}

/// How many references to `object` there are.
#[must_use]
pub fn count(object: &Bound<'_, PyAny>) -> isize {
    // SAFETY: the pointer is that of a live object, and the thread is attached.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) }
}

/// Calls `tp_clear` of `object`, as the collector does. False if it failed; the error is then set.
#[must_use]
pub fn call_clear(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the slot belongs to the type of the object, and the thread is attached.
    unsafe {
        let slot = (*object.get_type_ptr()).tp_clear;
        slot.is_none_or(|clear| clear(object.as_ptr()) == 0)
    }
}

/// The sum of all reference counts, which only a debug build of CPython knows.
#[must_use]
pub fn total_count(py: Python<'_>) -> Option<isize> {
    py.import("sys").ok()?.getattr("gettotalrefcount").ok()?.call0().ok()?.extract().ok()
}
