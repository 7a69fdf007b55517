//! Shared ownership that the collector understands.

use crate::{Bag, DynGcIntegration, PyGcIntegration, field, integrate_dyn};
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// A value with several owners, for values that may own Python objects. For all others there is [`Arc`](std::sync::Arc).
///
/// The collector takes one off the copied reference count of an object for each report of a reference. Two owners of an `Arc`
/// would both report the one reference inside it, the count would come out too small, and the collector would destroy an object
/// that is in use. So here the shared value is a Python object of its own, of a class that only this crate can make: each owner
/// reports its reference to that object, and that object alone reports what is inside.
///
/// The value can be read on any thread without a token. Making an owner and copying one need a token; dropping one does not:
/// PyO3 keeps the reference of a detached thread until a thread attaches.
///
/// Clearing reaches the value through a shared reference, so what the collector shall be able to cut lies in a
/// [`GcMutex`](crate::GcMutex) or a [`GcRwLock`](crate::GcRwLock).
///
/// ```
/// use pyo3_gc::prelude::*;
/// use pyo3_gc::{GcArc, GcMutex};
///
/// /// What two classes share.
/// #[derive(PyGcIntegration)]
/// struct Settings {
///     name: String,
///     on_change: GcMutex<Option<Py<PyAny>>>,
/// }
///
/// #[pyclass(frozen)]
/// struct Reader(GcArc<Settings>);
///
/// #[pyclass(frozen)]
/// struct Writer(GcArc<Settings>);
///
/// # fn main() -> PyResult<()> {
/// Python::attach(|py| {
///     let settings = Settings { name: "default".to_owned(), on_change: GcMutex::default() };
///     let settings = GcArc::new(py, settings)?;
///     let reader = Bound::new(py, Reader(settings.clone_ref(py)))?;
///     let writer = Bound::new(py, Writer(settings))?;
///     assert_eq!(reader.get().0.name, writer.get().0.name);
///     Ok(())
/// })
/// # }
/// ```
pub struct GcArc<T> {
    shared: Py<Shared>,
    value: PhantomData<T>,
}

/// The shared value as a Python object. It is in no module, and Python code cannot make one.
#[pyclass(frozen, module = "pyo3_gc")]
struct Shared(Box<dyn Value>);

/// A value of any type, which the collector reaches as it reaches other trait objects.
trait Value: DynGcIntegration + Any + Send + Sync {}

impl<T: PyGcIntegration + Send + Sync + 'static> Value for T {}

integrate_dyn!(dyn Value);

/// The hooks stand here by hand, so that the class has them without the feature `auto`.
#[pymethods]
impl Shared {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        field::traverse(&self.0, visit)
    }
    fn __clear__(&self) {
        let mut bag = Bag::new();
        field::unlink_shared(&self.0, &mut bag);
    }
    #[cfg(feature = "introspect")]
    fn __gc_edges__<'py>(slf: &Bound<'py, Self>) -> Vec<(String, Bound<'py, PyAny>)> {
        crate::edges(slf.as_any())
    }
}

impl<T: PyGcIntegration + Send + Sync + 'static> GcArc<T> {
    /// The first owner of a value.
    ///
    /// # Errors
    ///
    /// Those of [`Py::new`]: no memory is left.
    ///
    /// ```
    /// use pyo3::prelude::*;
    /// use pyo3_gc::{GcArc, GcMutex};
    ///
    /// Python::attach(|py| {
    ///     let callback = GcArc::new(py, GcMutex::new(Some(py.None())))?;
    ///     assert!(callback.lock(py)?.is_some());
    ///     PyResult::Ok(())
    /// })
    /// # .unwrap();
    /// ```
    pub fn new(py: Python<'_>, value: T) -> PyResult<Self> {
        let shared = Py::new(py, Shared(Box::new(value)))?;
        Ok(Self { shared, value: PhantomData })
    }
}

impl<T> GcArc<T> {
    /// One more owner of the same value.
    ///
    /// ```
    /// use pyo3_gc::GcArc;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let name = GcArc::new(py, "name".to_owned()).unwrap();
    ///     let other = name.clone_ref(py);
    ///     drop(name);
    ///     assert_eq!(*other, "name");
    /// });
    /// ```
    #[must_use]
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { shared: self.shared.clone_ref(py), value: PhantomData }
    }

    /// Whether both own the same value.
    ///
    /// ```
    /// use pyo3_gc::GcArc;
    ///
    /// pyo3::Python::attach(|py| {
    ///     let (one, other) = (GcArc::new(py, 1).unwrap(), GcArc::new(py, 1).unwrap());
    ///     assert!(one.ptr_eq(&one.clone_ref(py)));
    ///     assert!(!one.ptr_eq(&other));
    /// });
    /// ```
    #[must_use]
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.shared.as_ptr() == other.shared.as_ptr()
    }
}

impl<T: 'static> Deref for GcArc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // The class is frozen, so its content is reached without a token.
        let value: &dyn Any = &*self.shared.get().0;
        value.downcast_ref().expect("`new` put a value of this type there, and nobody takes it out")
    }
}

impl<T: 'static> AsRef<T> for GcArc<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for GcArc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display + 'static> fmt::Display for GcArc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

// SAFETY: rule 1: it owns one reference, to the object that holds the value, which is visited once; the content of the value
// belongs to that object, which reports it once however many owners there are. Rules 2 and 3: always that one, by a plain read.
// Rule 4: `true`, as for any reference. Rule 5: the value is still needed, so `clear` leaves it, as it may; its class clears what
// is in it.
unsafe impl<T> PyGcIntegration for GcArc<T> {
    const MAY_CONTAIN_CYCLES: bool = true;

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.shared)
    }
    #[inline]
    fn clear(&mut self) {}
}
