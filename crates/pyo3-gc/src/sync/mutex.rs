//! The lock for one.

use super::{AlreadyLocked, GcGuard, GcRwLock};
use crate::PyGcIntegration;
use pyo3::Python;
use std::fmt;

/// A mutex whose content the collector sees, and which a frozen class can clear.
///
/// It is taken with the token of an attached thread. A thread that has to wait detaches meanwhile, so that Python goes on; it is
/// attached when it has the lock. Why this matters is told in the example below and in the documentation of the module
/// `sync` of the source.
///
/// - It is not poisoned: after a panic the content is what the panicking code left, a valid value of its type.
/// - A thread that asks for a lock that it holds gets [`AlreadyLocked`], and never waits for itself. Two threads that take two
///   locks in different orders do wait for each other for ever, as with any mutex. The wait cannot be interrupted by Ctrl-C.
/// - It is not fair: a thread that comes later may be served first.
/// - While it is held, the collector does not see its content, and keeps it alive. A guard that lives on across
///   [`Python::detach`] is allowed.
///
/// ```
/// use pyo3_gc::GcMutex;
/// use pyo3_gc::prelude::*;
///
/// #[pyclass(frozen)]
/// struct Slot {
///     content: GcMutex<Option<Py<PyAny>>>,
/// }
///
/// #[pymethods]
/// impl Slot {
///     fn put(&self, py: Python<'_>, object: Py<PyAny>) -> PyResult<()> {
///         let old = self.content.lock(py)?.replace(object);
///         drop(old); // after the guard: dropping an object can run Python code
///         Ok(())
///     }
/// }
/// # Python::attach(|py| {
/// #     let slot = Bound::new(py, Slot { content: GcMutex::default() }).unwrap();
/// #     slot.call_method1("put", (1,)).unwrap();
/// #     assert!(slot.get().content.lock(py).unwrap().is_some());
/// # });
/// ```
pub struct GcMutex<T: ?Sized>(GcRwLock<T>);

// SAFETY: it is only ever taken for writing, so that one thread at a time reaches the content, which may therefore be used
// wherever it could be moved to. The collector's look excludes writers, and other looks.
unsafe impl<T: ?Sized + Send> Sync for GcMutex<T> {}

impl<T> GcMutex<T> {
    /// A free lock.
    ///
    /// ```
    /// use pyo3_gc::GcMutex;
    ///
    /// static NAMES: GcMutex<Vec<String>> = GcMutex::new(Vec::new());
    /// pyo3::Python::attach(|py| assert!(NAMES.lock(py).unwrap().is_empty()));
    /// ```
    pub const fn new(value: T) -> Self {
        Self(GcRwLock::new(value))
    }

    /// The content of a lock that nobody else can reach.
    ///
    /// ```
    /// assert_eq!(pyo3_gc::GcMutex::new(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> GcMutex<T> {
    /// Takes the lock; waits detached if another thread holds it.
    ///
    /// # Errors
    ///
    /// [`AlreadyLocked`] if this thread holds it.
    ///
    /// ```
    /// use pyo3_gc::GcMutex;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let number = GcMutex::new(1);
    ///     let mut guard = number.lock(py).unwrap();
    ///     *guard += 1;
    ///     assert!(number.lock(py).is_err()); // this thread holds it
    ///     drop(guard);
    ///     assert_eq!(*number.lock(py).unwrap(), 2);
    /// });
    /// ```
    pub fn lock<'a, 'py>(&'a self, py: Python<'py>) -> Result<GcGuard<'a, 'py, T>, AlreadyLocked> {
        self.0.write(py)
    }

    /// Takes the lock if it is free at this moment.
    ///
    /// ```
    /// use pyo3_gc::GcMutex;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let number = GcMutex::new(1);
    ///     let guard = number.try_lock(py);
    ///     assert!(guard.is_some());
    ///     assert!(number.try_lock(py).is_none());
    /// });
    /// ```
    pub fn try_lock<'a, 'py>(&'a self, py: Python<'py>) -> Option<GcGuard<'a, 'py, T>> {
        self.0.try_write(py)
    }

    /// The content, without locking: the exclusive reference proves that nobody else can reach it.
    ///
    /// ```
    /// let mut number = pyo3_gc::GcMutex::new(1);
    /// *number.get_mut() = 2;
    /// assert_eq!(number.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

parts! {
    [T: PyGcIntegration + ?Sized] GcMutex<T>: T, this => this.0;
}

impl<T: Default> Default for GcMutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for GcMutex<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows whether it is held. The content could be read only with a token.
impl<T: ?Sized> fmt::Debug for GcMutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcMutex").field("held", &self.0.is_held()).finish_non_exhaustive()
    }
}
