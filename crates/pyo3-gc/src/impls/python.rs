//! Types of PyO3 that own Python objects.

use crate::{Bag, PyGcIntegration, field};
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::{Py, PyAny, PyTraverseError, PyVisit, Python};
use std::any::Any;
use std::mem::replace;

/// Python's `None` instead of the object, where the type of the reference allows it.
///
/// `None` can be had only on a thread that is attached. The collector's own threads are. Anywhere else this attaches for a
/// moment, and where that is impossible (no interpreter, or one that is shutting down) the reference stays, which rule 5
/// allows.
fn take_object<T: 'static>(reference: &mut Py<T>) -> Option<Py<PyAny>> {
    let object = (reference as &mut dyn Any).downcast_mut::<Py<PyAny>>()?;
    Python::try_attach(|py| replace(object, py.None()))
}

// SAFETY: rule 1: a `Py` is one strong reference, visited once. Rules 2 and 3: always that one, by a plain read.
// Rule 5: `Py<PyAny>` holds `None` afterwards, which is a valid object of its type; what it held goes into the bag.
unsafe impl<T: 'static> PyGcIntegration for Py<T> {
    const MAY_CONTAIN_CYCLES: bool = true;

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self)
    }
    fn clear(&mut self) {
        drop(take_object(self));
    }
    fn unlink(&mut self, bag: &mut Bag) {
        if let Some(object) = take_object(self) {
            bag.put_py(object);
        }
    }
}

// Rule 2: a shared reference fills the cell only with the token of an attached thread (`set`, or when the function of
// `get_or_init` returns), and nothing empties it.
emptied! {
    [T: PyGcIntegration] PyOnceLock<T>: T;
    |this| take this.take(),
    traverse |visit| {
        // SAFETY: a `PyVisit` exists only while `tp_traverse` runs, which the interpreter calls attached, and it cannot go to
        // another thread. The token ends here, and `get` of the cell makes no use of it.
        let py = unsafe { Python::assume_attached() };
        this.get(py).map_or(Ok(()), |content| field::traverse(content, visit))
    },
    shared |bag| {
        Python::try_attach(|py| {
            if let Some(content) = this.get(py) {
                field::unlink_shared(content, bag);
            }
        });
    }
}

/// PyO3 built for the stable interface of Python 3.9 has no `as_py_str`, and keeps a `bytes` object of its own in which the
/// collector has no interest. Where the type has the method, the call finds that one and not this.
#[allow(dead_code, reason = "it depends on how PyO3 was built")]
trait AsPyStr {
    fn as_py_str(&self) -> Option<&Py<PyAny>>;
}

impl AsPyStr for PyBackedStr {
    fn as_py_str(&self) -> Option<&Py<PyAny>> {
        None
    }
}

// SAFETY: rule 1: it owns one reference, to a `str`, which may be of a subclass with attributes, and that is visited once.
// Rules 2 and 3: always that one, by a plain read. Rule 5: the text must stay, so `clear` leaves it, as it may.
unsafe impl PyGcIntegration for PyBackedStr {
    const MAY_CONTAIN_CYCLES: bool = true;

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self.as_py_str())
    }
    #[inline]
    fn clear(&mut self) {}
}
