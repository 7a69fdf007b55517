//! Types that the collector cannot look into. What lies in them must own no Python object.
//!
//! - `Arc`, `Rc`: each owner would report the same reference (rule 1), so the collector would find more references to an object
//!   than there are, and destroy it alive.
//! - Locks: a traversal must not wait (rule 3) and would skip a lock that is taken. A detached thread can take it between two looks
//!   of the collector (rule 2), and what is in it is then finalised alive.
//! - `Cell`: nothing can be seen without taking it out, which is no pure look (rule 3).
//! - `LazyLock`, `LazyCell`: nothing can be seen without running the function (rule 3). What the function itself captured is
//!   not looked into: a Python object there leaks if it is part of a cycle.
//! - `PyErr`, `PyBackedBytes`: they own an object, and `PyO3` shows it to nobody without an attached thread and a new reference
//!   to it (rule 3).
//!
//! A constant of theirs that would have to be `true` does not compile. This reaches every use, also behind a type parameter, but
//! the compiler names this file first. So the derive asks `Probe::REFUSAL` of every type that stands in a field, and the error is
//! at the field.

use crate::PyGcIntegration;
use pyo3::pybacked::PyBackedBytes;
use pyo3::{Py, PyAny, PyErr};
use std::cell::{Cell, LazyCell};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, RwLock};

/// A type, what lies in it, and why it is refused if that may own an object.
macro_rules! refused {
    ($([$($generics:tt)*] $type:ty, $content:ty, $why:expr;)*) => { $(
        // SAFETY: rule 4: a content that may own a Python reference does not compile.
        unsafe impl<$($generics)*> $crate::PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = {
                assert!(!$crate::may_contain_cycles::<$content>(), $why);
                false
            };

            #[inline]
            fn traverse(&self, _: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {}
        }

        impl<$($generics)*> $crate::__private::Probe<$type> {
            #[doc(hidden)]
            pub const REFUSAL: $crate::__private::Refusal<$content> =
                $crate::__private::Refusal { why: $why, content: std::marker::PhantomData };
        }
    )* };
}

macro_rules! shared {
    ($type:literal) => {
        concat!(
            "the collector cannot look into an `",
            $type,
            "`: each of its owners would report the same Python object, and it would \
             be destroyed while it is in use; use `pyo3_gc::GcArc`, or keep the Python objects outside"
        )
    };
}

macro_rules! lock {
    ($type:literal, $other:literal $(, $unless:literal)?) => {
        concat!(
            "the collector cannot look into a `", $type, "`: a thread that is not attached may take the lock between two looks of \
             the collector, and a Python object in it is then finalised while it is in use; use `pyo3_gc::", $other, "`" $(, $unless)?
        )
    };
    (attached $type:literal, $other:literal) => {
        lock!($type, $other, ", or, if only attached threads ever take this lock, `#[pyo3_gc(with = pyo3_gc::attached_only)]`")
    };
}

macro_rules! lazy {
    ($type:literal, $other:literal) => {
        concat!(
            "the collector cannot look into a `",
            $type,
            "` without running its function; use a `",
            $other,
            "` and `get_or_init`, or \
             keep the Python objects outside"
        )
    };
}

refused! {
    [T: PyGcIntegration + ?Sized] Arc<T>, T, shared!("Arc");
    [T: PyGcIntegration + ?Sized] Rc<T>, T, shared!("Rc");
    [T: PyGcIntegration + ?Sized] Mutex<T>, T, lock!(attached "Mutex", "GcMutex");
    [T: PyGcIntegration + ?Sized] RwLock<T>, T, lock!(attached "RwLock", "GcRwLock");
    [T: PyGcIntegration, F] LazyLock<T, F>, T, lazy!("LazyLock", "PyOnceLock");
    [T: PyGcIntegration, F] LazyCell<T, F>, T, lazy!("LazyCell", "OnceCell");
    [T: PyGcIntegration + ?Sized] Cell<T>, T,
        "the collector cannot look into a `Cell`, so what is in it must own no Python object; use a `RefCell`";
    [] PyErr, Py<PyAny>,
        "the collector cannot look into a `PyErr`, which owns Python objects; keep a `Py<PyBaseException>` (`error.into_value(py)`)";
    [] PyBackedBytes, Py<PyAny>,
        "the collector cannot look into a `PyBackedBytes`, which owns a Python object; keep a `Py<PyBytes>`";
}

/// `PyO3` has its locks from Python 3.13 on, except for the stable interface. Where it has none the names mean the types of
/// `absent`: what an inner block imports goes before what an outer one does.
const _: () = {
    #[allow(unused_imports, reason = "it depends on how PyO3 was built")]
    use absent::{PyMutex, nonpoison};
    const _: () = {
        #[allow(unused_imports, reason = "as above")]
        use pyo3::sync::*;
        refused! {
            [T: PyGcIntegration + ?Sized] PyMutex<T>, T, lock!("PyMutex", "GcMutex");
            [T: PyGcIntegration + ?Sized] nonpoison::PyMutex<T>, T, lock!("PyMutex", "GcMutex");
        }
    };
};

#[allow(dead_code, reason = "as above")]
mod absent {
    pub(super) struct PyMutex<T: ?Sized>(std::marker::PhantomData<T>);

    pub(super) mod nonpoison {
        pub(in super::super) struct PyMutex<T: ?Sized>(std::marker::PhantomData<T>);
    }
}
