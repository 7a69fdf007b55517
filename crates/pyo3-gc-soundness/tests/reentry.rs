//! Values whose `Drop` does more than to drop: it uses the object that is being cleared, or it panics.

use pyo3::prelude::*;
use pyo3_gc::PyGcIntegration;
use pyo3_gc_soundness::classes::{Holder, Shape};
use pyo3_gc_soundness::python::{call_clear, collect, count, python, referents};
use pyo3_gc_soundness::wrappers::{Keyed, OnOneThread, once};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};

/// Counts what it found when it was dropped.
#[derive(Clone, Default)]
struct Found {
    free: Arc<AtomicUsize>,
    borrowed: Arc<AtomicUsize>,
}

/// Borrows its holder mutably when it is dropped, and asks the collector about it.
struct Uses {
    holder: usize,
    found: Found,
}

impl Drop for Uses {
    fn drop(&mut self) {
        Python::attach(|py| {
            // SAFETY: the test keeps the holder.
            let holder = unsafe { Bound::from_borrowed_ptr(py, self.holder as *mut pyo3::ffi::PyObject) };
            let holder = holder.cast_into::<Holder>().unwrap();
            assert!(!referents(&holder).is_empty());
            assert!(call_clear(&holder), "cleared again, from inside");
            let free = holder.try_borrow_mut().is_ok();
            if free { &self.found.free } else { &self.found.borrowed }.fetch_add(1, SeqCst);
        });
    }
}

#[derive(PyGcIntegration)]
struct Content {
    object: Option<Py<PyAny>>,
    #[pyo3(gc = false)]
    _uses: Uses,
}

type Make = fn(&dyn Fn() -> Content) -> Box<dyn Shape>;

/// Everything that lets go of its content as a whole.
const SHAPES: [(&str, Make); 14] = [
    ("Option", |make| Box::new(Some(make()))),
    ("Vec", |make| Box::new(vec![make(), make()])),
    ("array of Option", |make| Box::new([Some(make()), None, Some(make())])),
    ("VecDeque", |make| Box::new(VecDeque::from([make(), make()]))),
    ("LinkedList", |make| Box::new(LinkedList::from([make(), make()]))),
    ("BTreeMap", |make| Box::new(BTreeMap::from([(Keyed(1, make()), make())]))),
    ("HashMap", |make| Box::new(HashMap::from([(Keyed(1, make()), make())]))),
    ("BTreeSet", |make| Box::new(BTreeSet::from([Keyed(1, make()), Keyed(2, make())]))),
    ("HashSet", |make| Box::new(HashSet::from([Keyed(1, make()), Keyed(2, make())]))),
    ("BinaryHeap", |make| Box::new(BinaryHeap::from([Keyed(1, make()), Keyed(2, make())]))),
    ("RefCell", |make| Box::new(OnOneThread(RefCell::new(Some(make()))))),
    ("OnceCell", |make| Box::new(OnOneThread(OnceCell::from(make())))),
    ("OnceLock", |make| Box::new(OnceLock::from(make()))),
    ("PyOnceLock", |make| Box::new(once(make()))),
];

#[test]
fn a_drop_finds_the_object_that_is_cleared_unlocked() {
    python(|py| {
        for (name, make) in SHAPES {
            let (holder, _) = Holder::empty(py);
            let found = Found::default();
            let own = |py| Some(holder.clone().into_any().unbind().clone_ref(py));
            let uses = || Uses { holder: holder.as_ptr().addr(), found: found.clone() };
            let before = count(&holder);
            holder.borrow_mut().shape = make(&|| Content { object: own(py), _uses: uses() });
            let made = usize::try_from(count(&holder) - before).unwrap();
            assert!(call_clear(&holder), "{name}");
            assert_eq!((found.free.load(SeqCst), found.borrowed.load(SeqCst)), (made, 0), "{name}");
            assert_eq!(count(&holder), before, "{name}");
        }
    });
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a drop that fails");
    }
}

#[derive(PyGcIntegration)]
struct Mine {
    object: Option<Py<PyAny>>,
    #[pyo3(gc = false)]
    _bomb: Bomb,
}

/// A holder of one such value, in a cycle with a list.
fn cycle(py: Python<'_>, others: Vec<Py<PyAny>>) -> Bound<'_, Holder> {
    let (holder, _) = Holder::empty(py);
    let object = Some(holder.clone().into_any().unbind());
    holder.borrow_mut().shape = Box::new((Some(Mine { object, _bomb: Bomb }), others));
    holder
}

fn thing(py: Python<'_>) -> Bound<'_, PyAny> {
    py.eval(c"type('Thing', (), {})()", None, None).unwrap()
}

/// What is said in `sys.unraisablehook`.
fn with_unraisable(py: Python<'_>, test: impl FnOnce()) -> Vec<String> {
    let heard = pyo3::types::PyList::empty(py);
    let locals = pyo3::types::PyDict::new(py);
    locals.set_item("heard", &heard).unwrap();
    let hook = c"lambda said, heard=heard: heard.append(f'{type(said.exc_value).__name__}: {said.exc_value}')";
    let sys = py.import("sys").unwrap();
    sys.setattr("unraisablehook", py.eval(hook, None, Some(&locals)).unwrap()).unwrap();
    test();
    sys.setattr("unraisablehook", sys.getattr("__unraisablehook__").unwrap()).unwrap();
    heard.extract().unwrap()
}

const SAID: &str = "PanicException: a drop that fails";

/// PyO3 catches the panic at the edge of `tp_clear`; CPython reports it and goes on. The `Bag` and the rest of the value are
/// dropped by the unwinding, so nothing else is lost.
#[test]
fn a_panic_in_a_drop_does_not_leave_tp_clear() {
    python(|py| {
        let other = thing(py);
        let before = count(&other);
        let holder = cycle(py, vec![other.clone().unbind()]);
        let weak = py.import("weakref").unwrap().call_method1("ref", (&holder,)).unwrap();
        let said = with_unraisable(py, || {
            drop(holder);
            collect(py);
        });
        assert_eq!(said, [SAID]);
        assert!(weak.call0().unwrap().is_none());
        assert_eq!(count(&other), before, "what lies beside the panicking value is dropped too");
        collect(py);
        let (holder, _) = Holder::empty(py);
        assert_eq!(referents(&holder).len(), 1, "the interpreter still works");
    });
}

/// The same at the edge of `tp_dealloc`. PyO3 gives the memory of such an object back to nobody: it leaks, and that is all.
#[test]
fn a_panic_in_a_drop_does_not_leave_tp_dealloc() {
    python(|py| {
        let other = thing(py);
        let before = count(&other);
        let (holder, dropped) = Holder::empty(py);
        holder.borrow_mut().shape = Box::new((Some(Mine { object: None, _bomb: Bomb }), vec![other.clone().unbind()]));
        let said = with_unraisable(py, || drop(holder));
        assert_eq!(said, [SAID]);
        assert!(dropped.load(SeqCst), "the other fields are dropped");
        assert_eq!(count(&other), before);
        collect(py);
    });
}

/// Runs one of the tests below in a process of its own.
fn child(name: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--include-ignored", "--nocapture"]).env("RUST_BACKTRACE", "0").output().unwrap()
}

/// A limit, and Rust's own: while one panic of a drop is on its way out of a value, a second one in the same value ends the
/// process. It says so, and corrupts nothing.
#[test]
fn two_panics_in_the_drop_of_one_value_end_the_process() {
    let output = child("child_two_panics");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("panic in a destructor during cleanup"), "{said}");
    assert!(child("child_one_panic").status.success());
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn child_two_panics() {
    clear_bombs(2);
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn child_one_panic() {
    clear_bombs(1);
}

fn clear_bombs(count: usize) {
    python(|py| {
        let (holder, _) = Holder::empty(py);
        let mines: Vec<Mine> = (0..count).map(|_| Mine { object: Some(py.Ellipsis()), _bomb: Bomb }).collect();
        holder.borrow_mut().shape = Box::new(mines);
        let cleared = call_clear(&holder);
        // SAFETY: attached. `PyErr::take` would go on with the panic.
        let error = unsafe { pyo3::ffi::PyErr_Occurred() };
        assert!(!cleared && !error.is_null(), "the panic becomes an exception");
        // SAFETY: attached.
        unsafe { pyo3::ffi::PyErr_Clear() };
    });
}
