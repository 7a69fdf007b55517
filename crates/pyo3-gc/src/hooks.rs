//! What the generated `__clear__` calls: take under the shortest borrow, then drop.

use crate::{Bag, PyGcIntegration};
use pyo3::impl_::pycell::PyClassObjectBaseLayout;
use pyo3::pyclass::boolean_struct::{False, True};
use pyo3::{Bound, PyClass, PyTraverseError, PyVisit};

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

/// Without the feature `auto`: what the hooks in a block of methods call. `#[pyo3_gc::pyclass]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not derive its hooks of the garbage collection",
    label = "`#[pyo3_gc::pymethods]` installs the hooks that the class derives",
    note = "if the class says `derive_gc = false`, write `#[pymethods(derive_gc = false)]` here",
    note = "if the class is one of PyO3's own `#[pyclass]`, write `#[pyo3::pymethods]` here, or `#[pyo3_gc::pyclass]` there"
)]
pub trait Derived: PyClass<Frozen: Reach<Self>> + PyGcIntegration {
    /// `__traverse__`.
    ///
    /// # Errors
    ///
    /// Hands on the error of `visit`.
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        PyGcIntegration::traverse(self, visit)
    }

    /// `__clear__`.
    fn clear(object: &Bound<'_, Self>) {
        clear(object);
    }
}

/// Without the feature `auto`: `#[pyo3_gc::pymethods]` has put the hooks into a block of methods.
#[diagnostic::on_unimplemented(
    message = "the hooks of `{Self}` are not installed, so its cycles would leak",
    label = "no block of methods installs the hooks of this class",
    note = "the feature `auto` of `pyo3-gc` is off: write `#[pyo3_gc::pymethods]` on the block of methods, in place of PyO3's attribute; \
            without methods, write `#[pyo3_gc::pymethods] impl {Self} {{}}`",
    note = "or turn on the feature `auto`, or write `#[pyclass(derive_gc = false)]` and the hooks by hand"
)]
pub trait Installed {
    /// Whether `__clear__` is among them.
    const CLEARS: bool;
}
