//! The state of a lock, without a content and without Python.
//!
//! This file is compiled twice: here, and in `pyo3-gc-loom`, where a model checker runs it through every order of events.

use super::sys::{AtomicUsize, Condvar, Mutex, constructor, this_thread, yield_now};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

/// Held for writing.
const WRITER: usize = 1;
/// The collector looks. It does so on an attached thread and without a pause, so nobody sleeps because of this.
const LOOK: usize = 2;
/// Somebody sleeps until the lock is released.
const WAITING: usize = 4;
/// Held for reading, once; the count of the readers stands above the three bits.
const READER: usize = 8;

/// What a thread that wants to write has to wait for.
const HELD: usize = !(LOOK | WAITING);

/// A lock for one writer or many readers.
///
/// Callers keep one rule: `try_exclusive`, `try_shared` and `while_looking` are called on attached threads.
///
/// Everything that threads tell each other is in `state`, so that its order of changes is the only one that counts. Who takes
/// the lock acquires what was written before its release.
pub(super) struct RawLock {
    state: AtomicUsize,
    /// The thread that holds the lock for writing, so that it is told when it asks again. Only that thread finds itself here.
    writer: AtomicUsize,
    gate: Mutex<()>,
    freed: Condvar,
}

impl RawLock {
    constructor! {
        /// A free lock.
        fn new() -> Self {
            Self {
                state: AtomicUsize::new(0),
                writer: AtomicUsize::new(0),
                gate: Mutex::new(()),
                freed: Condvar::new(),
            }
        }
    }

    /// Takes the lock for writing, if it is free.
    pub(super) fn try_exclusive(&self) -> bool {
        let free = self.change(|state| (state & !WAITING == 0).then_some(state | WRITER));
        if free {
            self.writer.store(this_thread(), Relaxed);
        }
        free
    }

    /// Takes the lock for reading, if nobody writes.
    pub(super) fn try_shared(&self) -> bool {
        self.change(|state| (state & WRITER == 0).then(|| state.checked_add(READER)).flatten())
    }

    /// Lets the collector read, if nobody writes. It reads beside readers, and reports nothing otherwise.
    pub(super) fn while_looking<R>(&self, look: impl FnOnce() -> R) -> Option<R> {
        let begun = self.change(|state| (state & (WRITER | LOOK) == 0).then_some(state | LOOK));
        begun.then(|| {
            let _end = EndOfLook(&self.state);
            look()
        })
    }

    /// Takes the lock for writing, and waits for it. `detached` runs a function while the thread is detached.
    pub(super) fn exclusive(&self, detached: impl Fn(&(dyn Fn() + Sync))) {
        while !self.try_exclusive() {
            detached(&|| self.sleep_while(HELD));
        }
    }

    /// Takes the lock for reading, and waits for it.
    pub(super) fn shared(&self, detached: impl Fn(&(dyn Fn() + Sync))) {
        while !self.try_shared() {
            detached(&|| self.sleep_while(WRITER));
        }
    }

    /// Whether this thread holds the lock for writing.
    pub(super) fn is_writer(&self) -> bool {
        self.writer.load(Relaxed) == this_thread()
    }

    /// Whether anybody holds the lock at this moment.
    pub(super) fn is_held(&self) -> bool {
        self.state.load(Relaxed) & HELD != 0
    }

    /// Ends what `try_exclusive` or `exclusive` began.
    pub(super) fn release_exclusive(&self) {
        self.writer.store(0, Relaxed);
        let before = self.state.fetch_and(!(WRITER | WAITING), AcqRel);
        self.wake(before);
    }

    /// Ends what `try_shared` or `shared` began. The last reader wakes who waits.
    pub(super) fn release_shared(&self) {
        let last = |state: usize| (state - READER) & HELD == 0;
        let left = |state: usize| if last(state) { (state - READER) & !WAITING } else { state - READER };
        let before = self.state.fetch_update(AcqRel, Relaxed, |state| Some(left(state)));
        if let Some(before) = before.ok().filter(|before| last(*before)) {
            self.wake(before);
        }
    }

    fn change(&self, new: impl Fn(usize) -> Option<usize>) -> bool {
        self.state.fetch_update(AcqRel, Relaxed, new).is_ok()
    }

    /// The gate is open to others while this sleeps, and nobody attaches or runs other code while it is closed.
    fn sleep_while(&self, taken: usize) {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever releases the lock after this change finds the mark, and cannot pass the gate before this sleeps.
        while self.change(|state| (state & taken != 0).then_some(state | WAITING)) {
            gate = self.freed.wait(gate).unwrap_or_else(PoisonError::into_inner);
        }
        drop(gate);
        if self.state.load(Acquire) & LOOK != 0 {
            yield_now();
        }
    }

    /// Wakes everybody if somebody sleeps. Who cannot have the lock then leaves the mark again.
    fn wake(&self, before: usize) {
        if before & WAITING != 0 {
            drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
            self.freed.notify_all();
        }
    }
}

/// Nobody has gone to sleep because of a look, so nobody has to be woken, and the collector waits for nothing.
struct EndOfLook<'a>(&'a AtomicUsize);

impl Drop for EndOfLook<'_> {
    fn drop(&mut self) {
        self.0.fetch_and(!LOOK, Release);
    }
}
