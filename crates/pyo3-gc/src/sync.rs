//! Locks that the collector can look behind.
//!
//! # Why a lock of its own
//!
//! The collector asks an object for its references at least twice in one collection: to subtract them from copies of the
//! reference counts, and to rescue what an object in use still reaches. A lock that is free in the first look and held in the
//! second shows its content once and hides it once. The content then looks as if nobody owned it: its weak references are
//! cleared and its finaliser runs while it is in use. Attached threads stand still during a collection; detached ones do not, and
//! a lock of the standard library can be taken by them. So can PyO3's `lock_py_attached`, for the thread that waits: it detaches,
//! takes the lock, and attaches after that. The example `lock_hazard` shows all of these.
//!
//! # Why these are safe
//!
//! A `GcMutex` and a `GcRwLock` can be *taken* only by a thread that shows a [`Python`](pyo3::Python) token, and the one
//! compare-and-exchange that takes it runs while the thread is attached. A thread that has to wait detaches, sleeps until the
//! lock looks free, attaches, and only then tries again. So between the first and the last look of a collection no lock is taken:
//!
//! - A lock that was held at the first look shows nothing. What it holds was not subtracted, keeps its count, and is in use. If
//!   it were released before the second look, more would be shown, and to rescue more is harmless. (It cannot even be
//!   released: a guard carries the lifetime of the token and cannot be sent to another thread.) What a detached thread moves
//!   into the content meanwhile, by a `&mut` that it borrowed from the guard before, was owned by nobody that the collector
//!   could see either.
//! - A lock that was free at the first look is free at the second, and its content is the same.
//! - Python code that runs between two phases (finalisers, callbacks of weak references) may take or release locks. After it the
//!   collector starts again with new counts for what it still believes to be garbage (`handle_resurrected_objects` in
//!   CPython's `gcmodule.c`), and all of the above holds for the new looks.
//!
//! On free-threaded Python the collector stops all attached threads for the looks, so the same argument holds there.
//!
//! The collector never waits: its look is one compare-and-exchange, and where that fails it reports nothing.

mod error;
mod held;
mod mutex;
mod raw;
mod rwlock;
mod sys;

pub use error::AlreadyLocked;
pub use mutex::GcMutex;
pub use rwlock::{GcGuard, GcReadGuard, GcRwLock};
