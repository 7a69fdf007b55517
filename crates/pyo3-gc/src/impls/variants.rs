//! Enums of the standard library that own what they hold in place. They have no variant that means "cleared", so clearing them
//! clears what they hold.
//!
//! A `ManuallyDrop` is left out: its content may have been dropped or taken already, and nothing in it tells.

use crate::PyGcIntegration;
use std::borrow::Cow;
use std::ops::{Bound, ControlFlow};
use std::task::Poll;

variants! {
    [T: PyGcIntegration, E: PyGcIntegration] Result<T, E>: T, E => { Ok, Err } {};
    [B: PyGcIntegration, C: PyGcIntegration] ControlFlow<B, C>: B, C => { ControlFlow::Break, ControlFlow::Continue } {};
    [T: PyGcIntegration] Poll<T>: T => { Poll::Ready } { Poll::Pending };
    [T: PyGcIntegration] Bound<T>: T => { Bound::Included, Bound::Excluded } { Bound::Unbounded };
    // What is borrowed has another owner.
    [B: ToOwned<Owned: PyGcIntegration> + ?Sized] Cow<'_, B>: B::Owned => { Cow::Owned } { Cow::Borrowed(_) };
}
