//! The one function between whose start and end callgrind counts.

use pyo3::prelude::*;
use pyo3::{exceptions::PyTypeError, ffi};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

/// Collects garbage (`times` is 0), or runs a traversal so many times.
///
/// # Safety
///
/// The calling thread is attached. If `times` is not 0, `traverse` is the slot of the type of `object`, which is alive.
// SAFETY: no other function of the process has this name. Callgrind finds it by the name.
#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn pyo3_gc_bench_measured(traverse: ffi::traverseproc, object: *mut ffi::PyObject, times: usize) {
    // SAFETY: by the condition of this function.
    unsafe {
        if times == 0 {
            ffi::PyGC_Collect();
        }
        for _ in 0..times {
            traverse(object, ignore, null_mut());
        }
    }
}

/// The cheapest visitor.
extern "C" fn ignore(_object: *mut ffi::PyObject, _argument: *mut c_void) -> c_int {
    0
}

extern "C" fn no_traversal(_: *mut ffi::PyObject, _: ffi::visitproc, _: *mut c_void) -> c_int {
    0
}

/// Runs a full collection, counted.
#[pyfunction]
pub(crate) fn collect(_py: Python<'_>) {
    // SAFETY: the token says that the thread is attached.
    unsafe { pyo3_gc_bench_measured(no_traversal, null_mut(), 0) };
}

/// Calls the traversal of `object` so many times with a visitor that does nothing, counted.
///
/// # Errors
///
/// `TypeError` if the type of `object` has no traversal.
#[pyfunction]
pub(crate) fn traverse(object: &Bound<'_, PyAny>, times: usize) -> PyResult<()> {
    // SAFETY: the slot is that of the type of the object, and has the type that CPython's documentation gives it.
    unsafe {
        let slot = ffi::PyType_GetSlot(object.get_type_ptr(), ffi::Py_tp_traverse);
        if slot.is_null() {
            return Err(PyTypeError::new_err("the type of the object has no traversal"));
        }
        let slot = std::mem::transmute::<*mut c_void, ffi::traverseproc>(slot);
        pyo3_gc_bench_measured(slot, object.as_ptr(), times);
    }
    Ok(())
}
