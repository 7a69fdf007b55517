//! The one function between whose start and end callgrind counts.

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// Does the work, counted.
// SAFETY: no other function of the process has this name. Callgrind finds it by the name.
#[unsafe(no_mangle)]
#[inline(never)]
pub(crate) extern "Rust" fn pyo3_gc_bench_measured(work: &mut dyn FnMut()) {
    work();
}

/// Runs a full collection, counted.
#[pyfunction]
pub(crate) fn collect(_py: Python<'_>) {
    // SAFETY: the token says that the thread is attached.
    pyo3_gc_bench_measured(&mut || unsafe {
        ffi::PyGC_Collect();
    });
}

/// Calls the traversal of `object` so many times with a visitor that does nothing, counted.
///
/// # Errors
///
/// `TypeError` if the type of `object` has no traversal.
#[pyfunction]
pub(crate) fn traverse(object: &Bound<'_, PyAny>, times: usize) -> PyResult<()> {
    // SAFETY: the type is alive, because its object is.
    let slot = unsafe { ffi::PyType_GetSlot(object.get_type_ptr(), ffi::Py_tp_traverse) };
    if slot.is_null() {
        return Err(PyTypeError::new_err("the type of the object has no traversal"));
    }
    // SAFETY: the slot has the type that CPython's documentation gives it.
    let slot = unsafe { std::mem::transmute::<*mut c_void, ffi::traverseproc>(slot) };
    pyo3_gc_bench_measured(&mut || {
        for _ in 0..times {
            // SAFETY: the slot belongs to the type of the object, and is called as the collector calls it.
            unsafe { slot(object.as_ptr(), ignore, null_mut()) };
        }
    });
    Ok(())
}

/// The cheapest visitor.
extern "C" fn ignore(_object: *mut ffi::PyObject, _argument: *mut c_void) -> c_int {
    0
}
