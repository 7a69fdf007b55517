//! The one error of the locks.

use pyo3::PyErr;
use pyo3::exceptions::PyRuntimeError;
use std::error::Error;
use std::fmt;

/// The thread that asks for a lock holds it already, so that it would wait for itself for ever.
///
/// This happens where Python code runs while a guard is alive: a comparison, a `__hash__`, or the finaliser of an object that is
/// dropped there. Take what is needed out of the lock, drop the guard, and then call Python.
///
/// In a function that returns `PyResult`, `?` turns it into a `RuntimeError`.
///
/// ```
/// use pyo3_gc::GcMutex;
///
/// pyo3::Python::attach(|py| {
///     let mutex = GcMutex::new(1);
///     let _guard = mutex.lock(py).unwrap();
///     let error = mutex.lock(py).map(drop).unwrap_err();
///     assert_eq!(error.to_string(), "this thread already holds the lock; drop the first guard before locking again");
/// });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlreadyLocked(pub(super) ());

impl fmt::Display for AlreadyLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this thread already holds the lock; drop the first guard before locking again")
    }
}

impl Error for AlreadyLocked {}

impl From<AlreadyLocked> for PyErr {
    fn from(error: AlreadyLocked) -> Self {
        PyRuntimeError::new_err(error.to_string())
    }
}
