//! Small types of this crate that the generated types are built with.

use crate::classes::DropGuard;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3_gc::PyGcIntegration;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// A key, told apart by its number, that owns anything.
#[derive(PyGcIntegration)]
pub struct Keyed<T>(pub u32, pub T);

impl<T> PartialEq for Keyed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Keyed<T> {}

impl<T> PartialOrd for Keyed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Keyed<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> Hash for Keyed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// What a `Cow` can lend. Nobody makes an owned one of it, since that would need references that the model does not know.
#[derive(PyGcIntegration)]
pub struct View<T>(pub T);

/// What a `Cow` of it owns.
#[derive(PyGcIntegration)]
pub struct Full<T>(pub View<T>);

impl<T> Borrow<View<T>> for Full<T> {
    fn borrow(&self) -> &View<T> {
        &self.0
    }
}

impl<T> ToOwned for View<T> {
    type Owned = Full<T>;
    fn to_owned(&self) -> Full<T> {
        unreachable!("no test copies a value")
    }
}

/// Lets a cell into a class that could be sent to another thread.
#[derive(PyGcIntegration)]
pub struct OnOneThread<T>(pub T);

// SAFETY: the tests use the value on one thread.
unsafe impl<T> Send for OnOneThread<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for OnOneThread<T> {}

/// A shared value that tells of its death.
#[derive(PyGcIntegration)]
pub struct Guarded<T>(pub T, pub DropGuard);

/// Takes no part in collections, so that a field of this type must be left out.
#[derive(Default)]
pub struct Opaque(pub u8);

/// A filled cell.
///
/// # Panics
///
/// Never: a new cell is empty.
#[must_use]
pub fn once<T>(content: T) -> PyOnceLock<T> {
    let cell = PyOnceLock::new();
    Python::attach(|py| assert!(cell.set(py, content).is_ok()));
    cell
}
