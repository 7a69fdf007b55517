//! Take now, drop later.

use pyo3::{Py, PyAny};
use std::any::Any;
use std::fmt;

/// What objects have let go of and nobody has dropped yet.
///
/// [`PyGcIntegration::unlink`](crate::PyGcIntegration::unlink) moves values in here while an object is borrowed. The
/// references die when the bag does, after the borrow has ended, so that Python code which runs then (a finaliser, the
/// callback of a weak reference) may use the object.
///
/// ```
/// use pyo3::prelude::*;
/// use pyo3_gc::{Bag, PyGcIntegration};
///
/// Python::attach(|py| {
///     let mut field = Some(py.None());
///     let mut bag = Bag::new();
///     field.unlink(&mut bag);
///     assert!(field.is_none()); // taken, and still alive in the bag
///     drop(bag);
/// });
/// ```
#[derive(Default)]
#[must_use = "dropping the bag drops what is in it"]
pub struct Bag {
    /// The commonest content has a place of its own, so that it needs no box.
    objects: Vec<Py<PyAny>>,
    rest: Vec<Box<dyn Any>>,
}

impl Bag {
    /// An empty bag. It allocates nothing.
    ///
    /// ```
    /// let bag = pyo3_gc::Bag::new();
    /// assert_eq!(format!("{bag:?}"), "Bag { objects: 0, rest: 0 }");
    /// ```
    pub const fn new() -> Self {
        Self { objects: Vec::new(), rest: Vec::new() }
    }

    /// Takes any value.
    ///
    /// ```
    /// use pyo3_gc::Bag;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let mut bag = Bag::new();
    ///     bag.put(vec![py.None(), py.None()]);
    ///     assert_eq!(format!("{bag:?}"), "Bag { objects: 0, rest: 1 }");
    /// });
    /// ```
    pub fn put<T: 'static>(&mut self, value: T) {
        let mut value = Some(value);
        if let Some(object) = (&mut value as &mut dyn Any).downcast_mut::<Option<Py<PyAny>>>() {
            self.objects.extend(object.take());
        } else if let Some(value) = value {
            self.rest.push(Box::new(value));
        }
    }

    /// Takes a reference of any Python type, without a box.
    ///
    /// ```
    /// use pyo3_gc::Bag;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let mut bag = Bag::new();
    ///     bag.put_py(py.None());
    ///     assert_eq!(format!("{bag:?}"), "Bag { objects: 1, rest: 0 }");
    /// });
    /// ```
    pub fn put_py<T>(&mut self, object: Py<T>) {
        self.objects.push(object.into_any());
    }
}

impl fmt::Debug for Bag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bag").field("objects", &self.objects.len()).field("rest", &self.rest.len()).finish()
    }
}
