//! What the generated `__clear__` calls: take under the shortest borrow, then drop.

use crate::{Bag, PyGcIntegration};
use pyo3::impl_::pycell::PyClassObjectBaseLayout;
use pyo3::pyclass::boolean_struct::{False, True};
use pyo3::{Bound, PyClass};

/// How an object is reached: `False` for a class that can be borrowed mutably, `True` for a frozen one.
pub trait Reach<T> {
    fn unlink(object: &Bound<'_, T>, bag: &mut Bag);
}

impl<T: PyClass<Frozen = Self> + PyGcIntegration> Reach<T> for False {
    fn unlink(object: &Bound<'_, T>, bag: &mut Bag) {
        // An object that is borrowed is in use; the next collection finds it again.
        if let Ok(mut value) = object.try_borrow_mut() {
            value.unlink(bag);
        }
    }
}

impl<T: PyClass<Frozen = Self> + PyGcIntegration> Reach<T> for True {
    fn unlink(object: &Bound<'_, T>, bag: &mut Bag) {
        if let Ok(value) = object.try_borrow() {
            value.unlink_shared(bag);
        }
    }
}

/// Clears `object` without holding a borrow while anything is dropped.
pub fn clear<T>(object: &Bound<'_, T>)
where
    T: PyClass<Frozen: Reach<T>> + PyGcIntegration,
{
    if belongs_to_another_thread(object) {
        return;
    }
    let mut bag = Bag::new();
    T::Frozen::unlink(object, &mut bag);
    drop(bag);
}

/// An unsendable object is looked into on the thread that made it only; PyO3 panics where another one borrows it.
fn belongs_to_another_thread<T: PyClass>(object: &Bound<'_, T>) -> bool {
    // SAFETY: objects of the class have this layout. PyO3's own `tp_clear` reads it in the same way.
    let layout = unsafe { &*object.as_ptr().cast::<T::Layout>() };
    layout.check_threadsafe().is_err()
}
