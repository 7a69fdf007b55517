//! What an object reports to the collector, with names (feature `introspect`).

use crate::label::{path, with_path};
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};

type Found = Vec<(String, *mut ffi::PyObject)>;

/// The references that `object` reports to the collector, in order, each with the path of the field that owns it.
///
/// A path is written as in Rust: `on_close`, `children[2]`, `state.slots[0]`, `0` in a tuple, `Circle.centre` in an enum. The
/// fourth entry of a map, in its order of iteration, is `by_name.keys[3]` and `by_name.values[3]`. The class of the object is
/// `__class__`, its dictionary `__dict__`. The path is empty for what is not reported by a derived implementation: the content
/// of a built-in base class, the slots of a Python subclass, hooks written by hand.
///
/// This is what `__gc_edges__()` of a class returns. It runs the traversal outside a collection, so on free-threaded Python no
/// other thread may change the object meanwhile.
///
/// ```
/// use pyo3_gc::prelude::*;
///
/// #[pyclass]
/// struct Session {
///     on_close: Option<Py<PyAny>>,
///     children: Vec<Py<PyAny>>,
/// }
///
/// Python::attach(|py| {
///     let session = Session { on_close: Some(py.None()), children: vec![py.None(), py.Ellipsis()] };
///     let session = Bound::new(py, session).unwrap();
///     let paths: Vec<String> = pyo3_gc::edges(&session).into_iter().map(|(path, _)| path).collect();
///     assert_eq!(paths, ["__class__", "on_close", "children[0]", "children[1]"]);
/// });
/// ```
#[must_use]
pub fn edges<'py>(object: &Bound<'py, PyAny>) -> Vec<(String, Bound<'py, PyAny>)> {
    let class = object.get_type();
    let dictionary = dictionary(object);
    // SAFETY: the pointers are those of objects that `object` owns, and no Python code has run since it named them.
    let owned = found(object)
        .into_iter()
        .map(|(path, pointer)| unsafe { (path, Bound::from_borrowed_ptr(object.py(), pointer)) });
    let owned: Vec<(String, Bound<'py, PyAny>)> = owned.collect();
    let name = |path: String, referent: &Bound<'py, PyAny>| {
        if !path.is_empty() {
            path
        } else if referent.is(&class) {
            "__class__".to_owned()
        } else if Some(referent.as_ptr()) == dictionary {
            "__dict__".to_owned()
        } else {
            path
        }
    };
    owned.into_iter().map(|(path, referent)| (name(path, &referent), referent)).collect()
}

/// Runs the traversal of `object` with a visitor that takes notes.
fn found(object: &Bound<'_, PyAny>) -> Found {
    let mut found = Found::new();
    // SAFETY: the slot belongs to the type of the object, and it is called as the collector calls it: attached, with a visitor
    // that fits its argument and that the slot does not keep.
    unsafe {
        let slot = ffi::PyType_GetSlot(object.get_type_ptr(), ffi::Py_tp_traverse);
        if !slot.is_null() {
            let traverse = std::mem::transmute::<*mut c_void, ffi::traverseproc>(slot);
            with_path(|| traverse(object.as_ptr(), record, (&raw mut found).cast()));
        }
    }
    found
}

/// Takes a note and touches nothing of Python.
extern "C" fn record(object: *mut ffi::PyObject, argument: *mut c_void) -> c_int {
    // SAFETY: `found` passes a `Found` that nothing else uses meanwhile.
    let found = unsafe { &mut *argument.cast::<Found>() };
    found.push((path(), object));
    0
}

/// The dictionary of an object that has a place for one. It is not asked for, because that could make one.
fn dictionary(object: &Bound<'_, PyAny>) -> Option<*mut ffi::PyObject> {
    let offset: isize = object.get_type().getattr("__dictoffset__").ok()?.extract().ok()?;
    // SAFETY: a positive offset is where objects of the type keep a pointer to their dictionary.
    (offset > 0).then(|| unsafe { object.as_ptr().byte_offset(offset).cast::<*mut ffi::PyObject>().read() })
}
