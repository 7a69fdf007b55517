//! The lock for many readers or one writer.

use super::AlreadyLocked;
use super::held::Place;
use super::raw::RawLock;
use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{PyTraverseError, PyVisit, Python};
use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A readers-writer lock whose content the collector sees, and which a frozen class can clear.
///
/// What is said of [`GcMutex`](crate::GcMutex) is true of it: it is taken attached and waited for detached, it is not
/// poisoned, it is not fair, and a thread that would wait for itself gets [`AlreadyLocked`]. A thread may read a lock several times.
/// The collector looks at the content also while it is read. A writer waits as long as there are readers, also new ones.
///
/// ```
/// use pyo3_gc::GcRwLock;
/// use pyo3_gc::prelude::*;
/// use std::collections::HashMap;
///
/// #[pyclass(frozen)]
/// struct Registry {
///     handlers: GcRwLock<HashMap<String, Py<PyAny>>>,
/// }
///
/// #[pymethods]
/// impl Registry {
///     fn handler(&self, py: Python<'_>, name: &str) -> PyResult<Option<Py<PyAny>>> {
///         Ok(self.handlers.read(py)?.get(name).map(|handler| handler.clone_ref(py)))
///     }
///     fn register(&self, py: Python<'_>, name: String, handler: Py<PyAny>) -> PyResult<()> {
///         let old = self.handlers.write(py)?.insert(name, handler);
///         drop(old); // after the guard: dropping an object can run Python code
///         Ok(())
///     }
/// }
/// # Python::attach(|py| {
/// #     let registry = Bound::new(py, Registry { handlers: GcRwLock::default() }).unwrap();
/// #     registry.call_method1("register", ("a", 1)).unwrap();
/// #     assert_eq!(registry.call_method1("handler", ("a",)).unwrap().extract::<u8>().unwrap(), 1);
/// # });
/// ```
pub struct GcRwLock<T: ?Sized> {
    raw: RawLock,
    value: UnsafeCell<T>,
}

// SAFETY: either one thread writes or several read, so the content may be used wherever it could be moved to and shared.
unsafe impl<T: ?Sized + Send + Sync> Sync for GcRwLock<T> {}

/// Gives shared access to what a [`GcRwLock`] holds, until it is dropped.
///
/// It stays on its thread, and within the lifetime of the token that took the lock.
///
/// ```
/// pyo3::Python::attach(|py| {
///     let number = pyo3_gc::GcRwLock::new(1);
///     let guard = number.read(py).unwrap();
///     assert_eq!(*guard, 1);
///     drop(guard);
///     assert!(number.write(py).is_ok());
/// });
/// ```
#[must_use = "the lock is released as soon as the guard is dropped"]
pub struct GcReadGuard<'a, 'py, T: ?Sized> {
    lock: &'a GcRwLock<T>,
    attached: PhantomData<Python<'py>>,
}

/// Gives exclusive access to what a [`GcMutex`](crate::GcMutex) or a [`GcRwLock`] holds, until it is dropped.
///
/// It stays on its thread, and within the lifetime of the token that took the lock: it cannot go into a function that runs
/// detached, where the collector could look while the lock is released.
///
/// ```
/// pyo3::Python::attach(|py| {
///     let number = pyo3_gc::GcMutex::new(1);
///     let mut guard = number.lock(py).unwrap();
///     *guard = 2;
///     drop(guard);
///     assert_eq!(*number.lock(py).unwrap(), 2);
/// });
/// ```
///
/// ```compile_fail,E0277
/// pyo3::Python::attach(|py| {
///     let number = pyo3_gc::GcMutex::new(1);
///     let guard = number.lock(py).unwrap();
///     py.detach(move || drop(guard));
/// });
/// ```
#[must_use = "the lock is released as soon as the guard is dropped"]
pub struct GcGuard<'a, 'py, T: ?Sized> {
    lock: &'a GcRwLock<T>,
    attached: PhantomData<Python<'py>>,
}

impl<T> GcRwLock<T> {
    /// A free lock.
    ///
    /// ```
    /// static NAMES: pyo3_gc::GcRwLock<Vec<String>> = pyo3_gc::GcRwLock::new(Vec::new());
    /// pyo3::Python::attach(|py| assert!(NAMES.read(py).unwrap().is_empty()));
    /// ```
    pub const fn new(value: T) -> Self {
        Self { raw: RawLock::new(), value: UnsafeCell::new(value) }
    }

    /// The content of a lock that nobody else can reach.
    ///
    /// ```
    /// assert_eq!(pyo3_gc::GcRwLock::new(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> GcRwLock<T> {
    /// Takes the lock for reading; waits detached while another thread writes.
    ///
    /// # Errors
    ///
    /// [`AlreadyLocked`] if this thread holds it for writing.
    ///
    /// ```
    /// use pyo3_gc::GcRwLock;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let number = GcRwLock::new(1);
    ///     let (first, second) = (number.read(py).unwrap(), number.read(py).unwrap());
    ///     assert_eq!(*first, *second);
    ///     assert!(number.write(py).is_err()); // this thread reads it
    /// });
    /// ```
    pub fn read<'a, 'py>(&'a self, py: Python<'py>) -> Result<GcReadGuard<'a, 'py, T>, AlreadyLocked> {
        if let Some(guard) = self.try_read(py) {
            return Ok(guard);
        }
        if self.raw.is_writer() {
            return Err(AlreadyLocked(()));
        }
        self.raw.shared(|sleep| py.detach(sleep));
        Ok(self.reader())
    }

    /// Takes the lock for writing; waits detached while other threads hold it.
    ///
    /// # Errors
    ///
    /// [`AlreadyLocked`] if this thread holds it, for reading or for writing.
    ///
    /// ```
    /// use pyo3_gc::GcRwLock;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let number = GcRwLock::new(1);
    ///     *number.write(py).unwrap() += 1;
    ///     assert_eq!(*number.read(py).unwrap(), 2);
    /// });
    /// ```
    pub fn write<'a, 'py>(&'a self, py: Python<'py>) -> Result<GcGuard<'a, 'py, T>, AlreadyLocked> {
        if let Some(guard) = self.try_write(py) {
            return Ok(guard);
        }
        if self.raw.is_writer() || Place::of(&self.raw).is_held() {
            return Err(AlreadyLocked(()));
        }
        self.raw.exclusive(|sleep| py.detach(sleep));
        Ok(GcGuard { lock: self, attached: PhantomData })
    }

    /// Takes the lock for reading, if nobody writes at this moment.
    ///
    /// ```
    /// pyo3::Python::attach(|py| {
    ///     let number = pyo3_gc::GcRwLock::new(1);
    ///     let _guard = number.write(py).unwrap();
    ///     assert!(number.try_read(py).is_none());
    /// });
    /// ```
    pub fn try_read<'a, 'py>(&'a self, _: Python<'py>) -> Option<GcReadGuard<'a, 'py, T>> {
        self.raw.try_shared().then(|| self.reader())
    }

    /// Takes the lock for writing, if nobody holds it at this moment.
    ///
    /// ```
    /// pyo3::Python::attach(|py| {
    ///     let number = pyo3_gc::GcRwLock::new(1);
    ///     let _guard = number.read(py).unwrap();
    ///     assert!(number.try_write(py).is_none());
    /// });
    /// ```
    pub fn try_write<'a, 'py>(&'a self, _: Python<'py>) -> Option<GcGuard<'a, 'py, T>> {
        self.raw.try_exclusive().then(|| GcGuard { lock: self, attached: PhantomData })
    }

    /// The content, without locking: the exclusive reference proves that nobody else can reach it.
    ///
    /// ```
    /// let mut number = pyo3_gc::GcRwLock::new(1);
    /// *number.get_mut() = 2;
    /// assert_eq!(number.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    pub(super) fn is_held(&self) -> bool {
        self.raw.is_held()
    }

    /// The guard of a lock that has been taken for reading.
    fn reader<'py>(&self) -> GcReadGuard<'_, 'py, T> {
        Place::of(&self.raw).enter();
        GcReadGuard { lock: self, attached: PhantomData }
    }
}

impl<T: ?Sized> Deref for GcReadGuard<'_, '_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard exists only while its thread holds the lock for reading, so nobody writes.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> Deref for GcGuard<'_, '_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard exists only while its thread holds the lock for writing, so nobody else has a reference.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for GcGuard<'_, '_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the guard is borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized> Drop for GcReadGuard<'_, '_, T> {
    fn drop(&mut self) {
        Place::of(&self.lock.raw).leave();
        self.lock.raw.release_shared();
    }
}

impl<T: ?Sized> Drop for GcGuard<'_, '_, T> {
    fn drop(&mut self) {
        self.lock.raw.release_exclusive();
    }
}

// SAFETY: rules 1 and 4 hold for the content, which has no other owner and is named once. Rule 2: the lock is taken on attached
// threads only, see the module; readers cannot change the content, except in cells and locks, which keep the rule themselves.
// Rule 3: a lock that is held is not waited for. Rule 5: `unlink_shared` takes the lock, with a token, for as long as the
// content moves into the bag.
unsafe impl<T: PyGcIntegration + ?Sized> PyGcIntegration for GcRwLock<T> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // SAFETY: nobody writes during the look.
        self.raw.while_looking(|| field::traverse(unsafe { &*self.value.get() }, visit)).unwrap_or(Ok(()))
    }
    #[inline]
    fn clear(&mut self) {
        field::clear(self.get_mut());
    }
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        field::unlink(self.get_mut(), bag);
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        Python::try_attach(|py| {
            if let Some(mut content) = self.try_write(py) {
                field::unlink(&mut *content, bag);
            }
        });
    }
}

impl<T: Default> Default for GcRwLock<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for GcRwLock<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows whether it is held. The content could be read only with a token.
impl<T: ?Sized> fmt::Debug for GcRwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcRwLock").field("held", &self.is_held()).finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for GcReadGuard<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for GcGuard<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
