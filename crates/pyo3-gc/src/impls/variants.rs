//! Enums of the standard library that own what they hold in place. They have no variant that means "cleared", so clearing them
//! clears what they hold.
//!
//! A `ManuallyDrop` is left out: its content may have been dropped or taken already, and nothing in it tells.

use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{PyTraverseError, PyVisit};
use std::borrow::Cow;
use std::ops::{Bound, ControlFlow};
use std::task::Poll;

/// Enums: the types of their parts, the variants with a part, and the variants that own nothing.
macro_rules! variants {
    ($([$($generics:tt)*] $type:ty: $($of:ty),+ => { $($variant:path),+ } { $($empty:pat)? };)*) => { $(
        // SAFETY: rules 1 to 5 hold for the part of each variant, which has no other owner, and every method names it once. The
        // other variants own nothing.
        unsafe impl<$($generics)*> PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = $(may_contain_cycles::<$of>())||+;

            #[inline]
            fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                match self {
                    $($variant(part) => field::traverse(part, visit),)+
                    $($empty => Ok(()),)?
                }
            }
            #[inline]
            fn clear(&mut self) {
                match self {
                    $($variant(part) => field::clear(part),)+
                    $($empty => {})?
                }
            }
            #[inline]
            fn unlink(&mut self, bag: &mut Bag)
            where
                Self: 'static,
            {
                match self {
                    $($variant(part) => field::unlink(part, bag),)+
                    $($empty => {})?
                }
            }
            #[inline]
            fn unlink_shared(&self, bag: &mut Bag)
            where
                Self: 'static,
            {
                match self {
                    $($variant(part) => field::unlink_shared(part, bag),)+
                    $($empty => {})?
                }
            }
        }
    )* };
}

variants! {
    [T: PyGcIntegration, E: PyGcIntegration] Result<T, E>: T, E => { Ok, Err } {};
    [B: PyGcIntegration, C: PyGcIntegration] ControlFlow<B, C>: B, C => { ControlFlow::Break, ControlFlow::Continue } {};
    [T: PyGcIntegration] Poll<T>: T => { Poll::Ready } { Poll::Pending };
    [T: PyGcIntegration] Bound<T>: T => { Bound::Included, Bound::Excluded } { Bound::Unbounded };
    // What is borrowed has another owner.
    [B: ToOwned<Owned: PyGcIntegration> + ?Sized] Cow<'_, B>: B::Owned => { Cow::Owned } { Cow::Borrowed(_) };
}
