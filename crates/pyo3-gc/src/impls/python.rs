//! Types of PyO3 that own Python objects, other than `Py`.

use crate::{Bag, PyGcIntegration, field, may_contain_cycles};
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::{Py, PyAny, PyTraverseError, PyVisit, Python};

// SAFETY: rules 1, 3 and 4 hold for the content, which has no other owner and is named once; `get` does not wait. Rule 2: a
// shared reference fills the cell only with the token of an attached thread (`set`, or when the function of `get_or_init`
// returns), and nothing empties it. Rule 5: an empty cell is a valid value, and the content leaves through `take`.
unsafe impl<T: PyGcIntegration> PyGcIntegration for PyOnceLock<T> {
    const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<T>();

    #[inline]
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // SAFETY: a `PyVisit` exists only while `tp_traverse` runs, which the interpreter calls attached, and it cannot go to
        // another thread. The token ends here, and `get` of the cell makes no use of it.
        let py = unsafe { Python::assume_attached() };
        self.get(py).map_or(Ok(()), |content| field::traverse(content, visit))
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
        Python::try_attach(|py| {
            if let Some(content) = self.get(py) {
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
