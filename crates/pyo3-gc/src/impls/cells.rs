//! Cells, whose content can change behind a shared reference.

use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{PyTraverseError, PyVisit};
use std::cell::{OnceCell, RefCell};
use std::sync::OnceLock;

// SAFETY: rules 1, 4 and 5 hold for the content, which has no other owner and is named once. Rule 2: the cell cannot be shared
// with another thread, so the class around it is unsendable and is traversed on its own thread only, which stands still in the
// collection; a mutable borrow that is held meanwhile is held throughout, and the answer is "nothing" each time. That keeps the
// content alive. Rule 3: a borrow that cannot be had is not waited for. The borrow for `unlink_shared` ends before the bag
// is dropped.
unsafe impl<T: PyGcIntegration + ?Sized> PyGcIntegration for RefCell<T> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.try_borrow().map_or(Ok(()), |content| field::traverse(&*content, visit))
    }
    #[inline]
    fn clear(&mut self) {
        field::clear(self.get_mut());
    }
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        field::unlink(self.get_mut(), bag);
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        if let Ok(mut content) = self.try_borrow_mut() {
            field::unlink(&mut *content, bag);
        }
    }
}

// Cells that are filled once, and that only an exclusive reference empties. `get` does not wait (rule 3).
//
// Rule 2: a detached thread can fill a `OnceLock` between two looks of the collector. What it puts in was its own before: a
// reference that no object reported, and that kept its object alive for that reason. A `OnceCell` stays on its thread, like a
// `RefCell`.
filled! {
    [T: PyGcIntegration] OnceCell<T>: T, this => this.get(), this.take();
    [T: PyGcIntegration] OnceLock<T>: T, this => this.get(), this.take();
}
