//! What the lock takes from the standard library. The models in `pyo3-gc-loom` put loom's versions in place of these.

pub(super) use std::sync::atomic::AtomicUsize;
pub(super) use std::sync::{Condvar, Mutex};
pub(super) use std::thread::yield_now;

/// Defines a constructor, here one that can be used in a constant.
macro_rules! constructor {
    ($(#[$attribute:meta])* fn $name:ident() -> $type:ty $body:block) => {
        $(#[$attribute])*
        pub(super) const fn $name() -> $type $body
    };
}
pub(super) use constructor;

/// A number that no other running thread has, and that is not 0.
pub(super) fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}
