//! What the macros need; not part of the public interface.

pub use crate::hooks::clear;
#[cfg(feature = "introspect")]
pub use crate::label::at_field;
pub use pyo3::{PyTraverseError, PyVisit};

use crate::PyGcIntegration;
use std::marker::PhantomData;

/// Answers at compile time whether `T` implements the trait: an inherent constant, where there is one, goes before that of
/// a trait. It sees concrete types only, because a type parameter has no implementation of its own.
pub struct Probe<T: ?Sized>(PhantomData<T>);

pub trait NotImplemented {
    const IMPLEMENTED: bool = false;
}

impl<T: ?Sized> NotImplemented for Probe<T> {}

impl<T: PyGcIntegration + ?Sized> Probe<T> {
    pub const IMPLEMENTED: bool = true;
}

/// Compiles where the trait of a trait object has the supertrait.
pub const fn has_supertrait<T: crate::DynGcIntegration + ?Sized>(_: &T) {}
