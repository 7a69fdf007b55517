//! For `#[pyo3_gc(with = pyo3_gc::attached_only)]`: a lock that only attached threads take.
//!
//! The collector cannot look into a `Mutex` or `RwLock` of the standard library or of `parking_lot`, so a field that holds one with
//! Python objects in it does not compile. With this module it does:
//!
//! ```
//! use pyo3_gc::prelude::*;
//! use std::sync::Mutex;
//!
//! #[pyclass(frozen)]
//! struct Queue {
//!     #[pyo3_gc(with = pyo3_gc::attached_only)]
//!     waiting: Mutex<Vec<Py<PyAny>>>,
//! }
//!
//! #[pymethods]
//! impl Queue {
//!     fn push(&self, object: Py<PyAny>) {
//!         self.waiting.lock().unwrap().push(object); // a method runs attached
//!     }
//! }
//! ```
//!
//! # The promise
//!
//! Who writes the attribute promises that **the lock is taken only by threads that are attached** to the interpreter, from the moment
//! when it is taken: no `lock()` inside `Python::detach`, on a thread that Python did not start and that is not attached, or in
//! code that another crate runs on such a thread. Giving it back may happen detached.
//!
//! The collector traverses every object twice, first to count and then to rescue. Attached threads stand still meanwhile, and
//! detached ones do not. If one of these takes the lock after the first look, the second finds it taken, sees nothing in it, and the
//! collector takes what lies in the lock for garbage: **the finalisers of an object that is in use run, its weak references die,
//! and it is cleared.**
//!
//! `pyo3::sync::MutexExt::lock_py_attached` is not enough. It detaches to wait, and takes the lock while it is detached.
//! An attached thread that calls `lock()` itself has to be sure that it does not wait for a thread that waits for the interpreter.
//! `GcMutex` and `GcRwLock` of this crate need no promise: they wait detached and take the lock attached.
//!
//! # What is offered
//!
//! The field is the lock itself, not a container of locks. `PyMutex` of `PyO3` is not among the locks, because it has no way to try,
//! and a traversal must not wait. A poisoned lock is looked into like any other.

use crate::{Bag, PyGcIntegration, field};
use pyo3::{PyTraverseError, PyVisit, Python};
use std::sync::{Mutex, PoisonError, RwLock, TryLockError};

mod sealed {
    pub trait Sealed {}
}

/// The locks that can be tried: `Mutex` and `RwLock` of the standard library and, with the feature `parking_lot`, of that crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a lock that can be tried",
    label = "`attached_only` does not know this type",
    note = "it knows `Mutex` and `RwLock` of the standard library and, with the feature `parking_lot`, of that crate; the field is the \
            lock itself, not a container of locks"
)]
pub trait Lock: sealed::Sealed {
    /// What lies behind the lock.
    type Content: PyGcIntegration + ?Sized;

    /// Looks at the content, unless it is locked for writing.
    #[doc(hidden)]
    fn look<R>(&self, look: impl FnOnce(&Self::Content) -> R) -> Option<R>;

    /// Changes the content, unless it is locked.
    #[doc(hidden)]
    fn change(&self, change: impl FnOnce(&mut Self::Content));

    /// Changes the content of a lock that nobody else can see.
    #[doc(hidden)]
    fn content(&mut self) -> &mut Self::Content;
}

/// Visits what lies behind the lock; nothing, if it is taken.
///
/// # Errors
///
/// Hands on the error of `visit`.
///
/// # Safety
///
/// [The promise](self#the-promise) holds: then an attached thread that holds the lock stands still until the collection is over, and the
/// answer is the same each time (rule 2 of [`PyGcIntegration`]).
pub unsafe fn traverse<L: Lock>(lock: &L, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
    lock.look(|content| field::traverse(content, visit)).unwrap_or(Ok(()))
}

/// Moves what lies behind the lock into `bag`.
///
/// # Safety
///
/// As for [`traverse`].
pub unsafe fn unlink<L: Lock<Content: 'static>>(lock: &mut L, bag: &mut Bag) {
    field::unlink(lock.content(), bag);
}

/// Moves what lies behind the lock into `bag`, in a frozen class; nothing, if it is taken.
///
/// # Safety
///
/// As for [`traverse`].
pub unsafe fn unlink_shared<L: Lock<Content: 'static>>(lock: &L, bag: &mut Bag) {
    // Who calls is attached; if not, this would be the thread that breaks the promise.
    Python::try_attach(|_| lock.change(|content| field::unlink(content, bag)));
}

/// A lock of the standard library; `$look` and `$change` are its ways to try.
macro_rules! std_lock {
    ($type:ident, $look:ident, $change:ident) => {
        impl<T: ?Sized> sealed::Sealed for $type<T> {}

        #[diagnostic::do_not_recommend] // the note names the types
        impl<T: PyGcIntegration + ?Sized> Lock for $type<T> {
            type Content = T;

            #[inline]
            fn look<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
                match self.$look() {
                    Ok(content) => Some(look(&content)),
                    Err(TryLockError::Poisoned(content)) => Some(look(&content.into_inner())),
                    Err(TryLockError::WouldBlock) => None,
                }
            }
            #[inline]
            fn change(&self, change: impl FnOnce(&mut T)) {
                match self.$change() {
                    Ok(mut content) => change(&mut content),
                    Err(TryLockError::Poisoned(content)) => change(&mut content.into_inner()),
                    Err(TryLockError::WouldBlock) => {}
                }
            }
            #[inline]
            fn content(&mut self) -> &mut T {
                self.get_mut().unwrap_or_else(PoisonError::into_inner)
            }
        }
    };
}

std_lock!(Mutex, try_lock, try_lock);
std_lock!(RwLock, try_read, try_write);

/// A lock of `parking_lot`, which knows no poison.
#[cfg(feature = "parking_lot")]
macro_rules! parking_lot {
    ($type:ident, $look:ident, $change:ident) => {
        impl<T: ?Sized> sealed::Sealed for parking_lot::$type<T> {}

        #[diagnostic::do_not_recommend] // the note names the types
        impl<T: PyGcIntegration + ?Sized> Lock for parking_lot::$type<T> {
            type Content = T;

            #[inline]
            fn look<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
                self.$look().map(|content| look(&content))
            }
            #[inline]
            fn change(&self, change: impl FnOnce(&mut T)) {
                if let Some(mut content) = self.$change() {
                    change(&mut content);
                }
            }
            #[inline]
            fn content(&mut self) -> &mut T {
                self.get_mut()
            }
        }
    };
}

#[cfg(feature = "parking_lot")]
parking_lot!(Mutex, try_lock, try_lock);
// A writer that waits must not change the answer.
#[cfg(feature = "parking_lot")]
parking_lot!(RwLock, try_read_recursive, try_write);
