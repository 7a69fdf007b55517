//! Loom's versions of what the lock uses.

pub(super) use loom::sync::atomic::AtomicUsize;
pub(super) use loom::sync::{Condvar, Mutex};
pub(super) use loom::thread::yield_now;

use std::hash::{DefaultHasher, Hash, Hasher};

/// Loom's types cannot be made in a constant.
macro_rules! constructor {
    ($(#[$attribute:meta])* fn $name:ident() -> $type:ty $body:block) => {
        $(#[$attribute])*
        pub(super) fn $name() -> $type $body
    };
}
pub(super) use constructor;

pub(super) fn this_thread() -> usize {
    let mut hasher = DefaultHasher::new();
    loom::thread::current().id().hash(&mut hasher);
    usize::try_from(hasher.finish() | 1).expect("the models run where an address has 64 bits")
}
