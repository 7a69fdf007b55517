//! Which locks this thread reads, so that it is told when it asks to write one of them.

use std::cell::RefCell;

thread_local! {
    static HELD: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A lock by its place in memory, where it stays as long as a guard borrows it.
#[derive(Clone, Copy)]
pub(super) struct Place(usize);

impl Place {
    pub(super) fn of<T>(lock: &T) -> Self {
        Self(std::ptr::from_ref(lock).addr())
    }

    pub(super) fn enter(self) {
        HELD.with_borrow_mut(|held| held.push(self.0));
    }

    pub(super) fn leave(self) {
        HELD.with_borrow_mut(|held| {
            if let Some(index) = held.iter().rposition(|place| *place == self.0) {
                held.swap_remove(index);
            }
        });
    }

    pub(super) fn is_held(self) -> bool {
        HELD.with_borrow(|held| held.contains(&self.0))
    }
}
