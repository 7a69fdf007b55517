//! The classes whose objects are nodes: one for values of every type, the same frozen, and what the generated ones have in common.

use crate::source::{Owned, Source};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, DynGcIntegration, PyGcIntegration, integrate_dyn, pyclass};
use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lies in an object and tells when it is dropped.
pub struct DropGuard(Arc<AtomicBool>);

impl DropGuard {
    /// A guard, and what it tells.
    #[must_use]
    pub fn new() -> (Self, Arc<AtomicBool>) {
        let dropped = Arc::new(AtomicBool::new(false));
        (Self(dropped.clone()), dropped)
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

// SAFETY: rule 4: a flag, no Python reference.
unsafe impl PyGcIntegration for DropGuard {
    const MAY_CONTAIN_CYCLES: bool = false;
    fn traverse(&self, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        Ok(())
    }
    fn clear(&mut self) {}
}

/// Any type that takes part, behind one pointer.
pub trait Shape: DynGcIntegration + Send + Sync + 'static {}

impl<T: PyGcIntegration + Send + Sync + 'static> Shape for T {}

integrate_dyn!(dyn Shape);

/// One class for values of every type.
#[pyclass(weakref)]
pub struct Holder {
    /// The value.
    pub shape: Box<dyn Shape>,
    _guard: DropGuard,
}

impl Holder {
    /// An object without content, and whether it has been dropped.
    #[must_use]
    pub fn empty(py: Python<'_>) -> (Bound<'_, Self>, Arc<AtomicBool>) {
        let (guard, dropped) = DropGuard::new();
        let object = Bound::new(py, Self { shape: Box::new(()), _guard: guard });
        (object.expect("an object of 100 bytes"), dropped)
    }
}

/// A value that the harness, and nobody else, can exchange although its class is frozen.
pub struct Frame(UnsafeCell<Box<dyn Shape>>);

impl Frame {
    /// Puts another value in place of the one that is there.
    ///
    /// # Safety
    ///
    /// The caller is attached, and nobody borrows the value.
    pub unsafe fn exchange(&self, shape: Box<dyn Shape>) -> Box<dyn Shape> {
        // SAFETY: nobody borrows it.
        unsafe { std::mem::replace(&mut *self.0.get(), shape) }
    }

    fn look(&self) -> &dyn Shape {
        // SAFETY: the value is exchanged only where nobody borrows it.
        unsafe { &**self.0.get() }
    }
}

// SAFETY: the value is `Sync`, and exchanged only under the condition above.
unsafe impl Sync for Frame {}

// SAFETY: rules 1 to 5 hold for the value, and every method calls its method once.
unsafe impl PyGcIntegration for Frame {
    const MAY_CONTAIN_CYCLES: bool = true;
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.look().traverse(visit)
    }
    fn clear(&mut self) {
        self.0.get_mut().as_mut().clear();
    }
    fn unlink(&mut self, bag: &mut Bag) {
        self.0.get_mut().as_mut().unlink(bag);
    }
    fn unlink_shared(&self, bag: &mut Bag) {
        self.look().unlink_shared(bag);
    }
}

/// The same, frozen.
#[pyclass(frozen)]
pub struct FrozenHolder {
    /// The value.
    pub frame: Frame,
    _guard: DropGuard,
}

impl FrozenHolder {
    /// An object without content, and whether it has been dropped.
    #[must_use]
    pub fn empty(py: Python<'_>) -> (Bound<'_, Self>, Arc<AtomicBool>) {
        let (guard, dropped) = DropGuard::new();
        let frame = Frame(UnsafeCell::new(Box::new(())));
        let object = Bound::new(py, Self { frame, _guard: guard });
        (object.expect("an object of 100 bytes"), dropped)
    }
}

/// Lies in a Python object and tells when that lets go of it.
#[pyclass(frozen)]
pub struct Sentinel {
    _guard: DropGuard,
}

impl Sentinel {
    /// An object, and whether it has been dropped.
    #[must_use]
    pub fn new(py: Python<'_>) -> (Bound<'_, Self>, Arc<AtomicBool>) {
        let (guard, dropped) = DropGuard::new();
        (Bound::new(py, Self { _guard: guard }).expect("an object of 100 bytes"), dropped)
    }
}

/// A generated type.
#[expect(clippy::struct_excessive_bools, reason = "a row of a table")]
pub struct Instantiated {
    /// Its name and its arguments.
    pub name: &'static str,
    /// Whether a value of it may own an object, according to the generator.
    pub may_own: bool,
    /// Whether it contains itself. Then the crate may say that it may own an object although it cannot.
    pub contains_itself: bool,
    /// Whether a cell keeps a value of it on one thread.
    pub on_one_thread: bool,
    /// Whether a value of it may own an object, according to the crate.
    pub may_contain_cycles: bool,
    /// Makes a value.
    pub make: fn(&mut Source) -> Box<dyn Shape>,
}

/// What an object of a class owns besides its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Nothing.
    Nothing,
    /// A dictionary for attributes.
    Attributes,
    /// An attribute in a slot of its class, which is a Python subclass.
    Slot,
    /// Items, because its class extends `dict`.
    Items,
}

/// A generated class.
pub struct Class {
    /// Its name.
    pub name: &'static str,
    /// The options of the attribute.
    pub options: &'static str,
    /// Whether it is cleared through a shared reference.
    pub frozen: bool,
    /// What its objects own besides their fields.
    pub extra: Extra,
    /// Makes an object.
    pub create: for<'py> fn(Python<'py>, &mut Source, DropGuard) -> PyResult<Bound<'py, PyAny>>,
}

impl Owned {
    /// Whether clearing an object of such a class lets go of the reference.
    #[must_use]
    pub fn let_go_by(&self, frozen: bool) -> bool {
        if frozen { self.lets_go.1 } else { self.lets_go.0 }
    }
}

/// A subclass with one slot, made once for each class.
///
/// # Errors
///
/// Hands on what Python says.
pub fn python_subclass<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    static MADE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let py = class.py();
    let made = MADE.get_or_init(py, || PyDict::new(py).unbind()).bind(py);
    if let Some(subclass) = made.get_item(class)? {
        return Ok(subclass);
    }
    let locals = PyDict::new(py);
    locals.set_item("Base", class)?;
    py.run(c"class Derived(Base): __slots__ = ('extra',)", None, Some(&locals))?;
    let subclass = locals.get_item("Derived")?.expect("the class statement has just run");
    made.set_item(class, &subclass)?;
    Ok(subclass)
}
