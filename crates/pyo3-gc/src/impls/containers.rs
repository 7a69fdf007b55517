//! Values that can be emptied: clearing takes the content out as a whole.

use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::{PyTraverseError, PyVisit};
use std::mem::take;

// SAFETY: rules 1 to 4 hold for the content, which has no other owner and is named once. Rule 5: `None` is a valid value,
// and the content leaves through `take`, so that nothing is dropped while the place is half changed.
unsafe impl<T: PyGcIntegration> PyGcIntegration for Option<T> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.as_ref().map_or(Ok(()), |content| field::traverse(content, visit))
    }
    #[inline]
    fn clear(&mut self) {
        drop(self.take());
    }
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        if let Some(content) = self.take() {
            bag.put(content);
        }
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        if let Some(content) = self {
            field::unlink_shared(content, bag);
        }
    }
}

// SAFETY: rules 1 to 4 hold for the elements, which have no other owner and are named once, as a slice. Rule 5: an empty
// vector is a valid value, and the elements leave through `take`.
unsafe impl<T: PyGcIntegration> PyGcIntegration for Vec<T> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(self.as_slice(), visit)
    }
    #[inline]
    fn clear(&mut self) {
        drop(take(self));
    }
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        if !self.is_empty() {
            bag.put(take(self));
        }
    }
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        field::unlink_shared(self.as_slice(), bag);
    }
}
