//! What the macros need; not part of the public interface.

pub use crate::hooks::{Derived, Installed, clear};
#[cfg(feature = "introspect")]
pub use crate::label::at_field;
pub use pyo3::{PyTraverseError, PyVisit};
pub use pyo3_gc_macros::append;

use crate::{PyGcIntegration, may_contain_cycles};
use std::marker::PhantomData;

/// Answers questions about `T` at compile time, also if it does not implement the trait: an inherent constant, where there is
/// one, goes before that of a trait. It sees concrete types only, because a type parameter has no implementation of its own.
///
/// The answers that may fail to compile are those of functions, because the compiler evaluates each constant that a
/// function names, and only the calls that are reached.
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// What is said of a type that does not implement the trait.
pub trait NotImplemented {
    const IMPLEMENTED: bool = false;
    const CONSTANT: NoConstant = NoConstant;
}

impl<T: ?Sized> NotImplemented for Probe<T> {}

impl<T: PyGcIntegration + ?Sized> Probe<T> {
    pub const IMPLEMENTED: bool = true;
    pub const CONSTANT: Constant<T> = Constant(PhantomData);
}

/// The constant `MAY_CONTAIN_CYCLES` of `T`.
pub struct Constant<T: ?Sized>(PhantomData<T>);

impl<T: PyGcIntegration + ?Sized> Constant<T> {
    #[must_use]
    pub const fn get(&self) -> bool {
        may_contain_cycles::<T>()
    }
}

pub struct NoConstant;

impl NoConstant {
    /// The careful answer. The missing implementation is an error already, where its methods are called.
    #[must_use]
    pub const fn get(&self) -> bool {
        true
    }
}

/// Evaluates the constant of `T` unless `REFUSED`. Here it is named, not called: if it does not compile, because of a type
/// behind a parameter, the compiler also shows where it is used.
pub struct Force<T: ?Sized, const REFUSED: bool>(PhantomData<T>);

pub trait NotForced {
    const CONSTANT: bool = true;
}

impl<T: ?Sized, const REFUSED: bool> NotForced for Force<T, REFUSED> {}

impl<T: PyGcIntegration + ?Sized> Force<T, false> {
    pub const CONSTANT: bool = T::MAY_CONTAIN_CYCLES;
}

/// What is said of a type that is not among those of `impls/refused.rs`.
pub trait NotRefused {
    const REFUSAL: NoRefusal = NoRefusal;
}

impl<T: ?Sized> NotRefused for Probe<T> {}

/// Of a type that the collector cannot look into: why, and what to use instead if its content may own a Python object.
pub struct Refusal<T: ?Sized> {
    pub(crate) why: &'static str,
    pub(crate) content: PhantomData<T>,
}

impl<T: PyGcIntegration + ?Sized> Refusal<T> {
    #[must_use]
    pub const fn get(&self) -> Option<&'static str> {
        if may_contain_cycles::<T>() { Some(self.why) } else { None }
    }
}

pub struct NoRefusal;

impl NoRefusal {
    #[must_use]
    pub const fn get(&self) -> Option<&'static str> {
        None
    }
}

/// For a module of `#[pyo3_gc(with = path)]` that has no such function.
pub mod without_cells {
    use crate::Bag;

    /// Nothing lies in a cell or behind a lock.
    pub fn unlink_shared<T: ?Sized>(_: &T, _: &mut Bag) {}
}

/// Compiles where the trait of a trait object has the supertrait.
pub const fn has_supertrait<T: crate::DynGcIntegration + ?Sized>(_: &T) {}
