//! What the tests share: a guard that sees a drop, a full collection, and one class that holds a value of any shape.

#![allow(dead_code, unused_macros, reason = "each test file uses its own part of this")]

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, DynGcIntegration, PyGcIntegration, integrate_dyn, pyclass};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Attaches, and lets one test at a time do so: a collection on another thread would come between. So would an automatic one.
pub(crate) fn python<R>(test: impl FnOnce(Python<'_>) -> R) -> R {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    Python::attach(|py| {
        py.import("gc").unwrap().call_method0("disable").unwrap();
        test(py)
    })
}

/// Lies in an object and tells its [`DropCheck`] when it is dropped.
pub(crate) struct DropGuard(Arc<AtomicBool>);

impl Drop for DropGuard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

// SAFETY: rule 4: a flag, no Python reference.
unsafe impl PyGcIntegration for DropGuard {
    const MAY_CONTAIN_CYCLES: bool = false;
    fn traverse(&self, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
    fn clear(&mut self) {}
}

pub(crate) struct DropCheck(Arc<AtomicBool>);

pub(crate) fn drop_check() -> (DropGuard, DropCheck) {
    let flag = Arc::new(AtomicBool::new(false));
    (DropGuard(flag.clone()), DropCheck(flag))
}

impl DropCheck {
    pub(crate) fn dropped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    #[track_caller]
    pub(crate) fn assert_alive(&self, what: &str) {
        assert!(!self.dropped(), "{what} must be alive");
    }

    /// The object must be alive now and gone after a collection.
    #[track_caller]
    pub(crate) fn assert_collected(&self, py: Python<'_>, what: &str) {
        self.assert_alive(what);
        collect(py);
        assert!(self.dropped(), "{what} was not collected");
    }
}

/// Full collections until one finds nothing.
pub(crate) fn collect(py: Python<'_>) {
    let collect = py.import("gc").unwrap().getattr("collect").unwrap();
    for _ in 0..10 {
        if collect.call0().unwrap().extract::<usize>().unwrap() == 0 {
            return;
        }
    }
}

/// How often `owner` reports `object` to the collector.
pub(crate) fn reported(owner: &Bound<'_, PyAny>, object: &Bound<'_, PyAny>) -> usize {
    let referents = referents(owner);
    referents.iter().filter(|referent| referent.is(object)).count()
}

pub(crate) fn referents<'py>(owner: &Bound<'py, PyAny>) -> Bound<'py, PyList> {
    let gc = owner.py().import("gc").unwrap();
    gc.call_method1("get_referents", (owner,)).unwrap().cast_into().unwrap()
}

/// How many references to `object` there are.
pub(crate) fn count(object: &Bound<'_, PyAny>) -> usize {
    // SAFETY: the pointer is that of a live object, and the thread is attached.
    usize::try_from(unsafe { pyo3::ffi::Py_REFCNT(object.as_ptr()) }).unwrap()
}

/// A fresh Python object that can be named in messages, owned by weak references, and given attributes.
pub(crate) fn thing(py: Python<'_>) -> Bound<'_, PyAny> {
    py.eval(c"type('Thing', (), {})()", None, None).unwrap()
}

/// Calls `tp_clear` of `object`, as the collector does.
pub(crate) fn call_clear(object: &Bound<'_, PyAny>) {
    // SAFETY: the slot belongs to the type of the object, and the thread is attached.
    unsafe {
        let slot = pyo3::ffi::PyType_GetSlot(object.get_type().as_type_ptr(), pyo3::ffi::Py_tp_clear);
        let clear: pyo3::ffi::inquiry = std::mem::transmute(slot);
        assert_eq!(clear(object.as_ptr()), 0);
    }
}

/// Runs Python code with these local variables.
#[track_caller]
pub(crate) fn run(py: Python<'_>, code: &std::ffi::CStr, locals: &Bound<'_, PyDict>) {
    if let Err(error) = py.run(code, Some(locals), None) {
        panic!("{error}");
    }
}

/// Any type that takes part, behind one pointer.
pub(crate) trait Shape: DynGcIntegration + Send + Sync + 'static {}

impl<T: PyGcIntegration + Send + Sync + 'static> Shape for T {}

integrate_dyn!(dyn Shape);

/// A key that owns an object. Keys are told apart by their numbers.
#[derive(PyGcIntegration)]
pub(crate) struct Key<T = Py<PyAny>>(pub(crate) u8, pub(crate) T);

impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Key<T> {}

impl<T> PartialOrd for Key<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Key<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> std::hash::Hash for Key<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        Python::attach(|py| Self(self.0, self.1.clone_ref(py)))
    }
}

impl Clone for Key<Slot> {
    fn clone(&self) -> Self {
        let content = self.1.0.borrow();
        let content = Python::attach(|py| content.as_ref().map(|object| object.clone_ref(py)));
        Self(self.0, OnOneThread(RefCell::new(content)))
    }
}

/// A place that can be emptied through a shared reference.
pub(crate) type Slot = OnOneThread<RefCell<Option<Py<PyAny>>>>;

/// Lets a cell into a class that could be sent to another thread.
#[derive(PyGcIntegration)]
pub(crate) struct OnOneThread<T>(pub(crate) T);

// SAFETY: the tests use the value on one thread.
unsafe impl<T> Send for OnOneThread<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for OnOneThread<T> {}

/// Says `false` and cannot be asked.
pub(crate) struct Untouchable;

// SAFETY: rule 4: no Python reference. The panics show that nobody calls.
unsafe impl PyGcIntegration for Untouchable {
    const MAY_CONTAIN_CYCLES: bool = false;
    fn traverse(&self, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        unreachable!("traverse")
    }
    fn clear(&mut self) {
        unreachable!("clear")
    }
    fn unlink(&mut self, _: &mut Bag) {
        unreachable!("unlink")
    }
    fn unlink_shared(&self, _: &mut Bag) {
        unreachable!("unlink_shared")
    }
}

/// One class for all shapes.
#[pyclass]
pub(crate) struct Holder {
    pub(crate) shape: Box<dyn Shape>,
    pub(crate) guard: DropGuard,
}

impl Holder {
    pub(crate) fn new(py: Python<'_>, shape: Box<dyn Shape>) -> (Bound<'_, Self>, DropCheck) {
        let (guard, check) = drop_check();
        (Bound::new(py, Self { shape, guard }).unwrap(), check)
    }
}

/// The value of `MAY_CONTAIN_CYCLES` of several types.
macro_rules! table {
    ($value:literal: $($type:ty),* $(,)?) => {
        $(assert_eq!(pyo3_gc::may_contain_cycles::<$type>(), $value, stringify!($type));)*
    };
}
#[allow(unused_imports, reason = "as above")]
pub(crate) use table;

/// Types that do not implement the trait, because they hide what they own or because another owner reports it.
macro_rules! not_implemented {
    ($($type:ty),* $(,)?) => {
        use pyo3_gc::__private::{NotImplemented as _, Probe};
        $(
            let implemented = Probe::<$type>::IMPLEMENTED;
            assert!(!implemented, "{}", stringify!($type));
        )*
        let seen = Probe::<Vec<Py<PyAny>>>::IMPLEMENTED;
        assert!(seen, "the probe sees nothing");
    };
}
#[allow(unused_imports, reason = "as above")]
pub(crate) use not_implemented;
