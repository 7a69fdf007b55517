//! `once_cell`: cells that are filled once.
//!
//! A `Lazy` may hold only what owns no Python object, and so may its function:
//!
//! ```
//! assert!(!pyo3_gc::may_contain_cycles::<once_cell::sync::Lazy<String>>());
//! ```
//!
//! ```compile_fail,E0080
//! let _ = pyo3_gc::may_contain_cycles::<once_cell::sync::Lazy<pyo3::Py<pyo3::PyAny>>>();
//! ```

use crate::PyGcIntegration;
use once_cell::{race, sync, unsync};

// Rule 2: as for `OnceLock`, a thread can fill a cell between two looks of the collector, and nobody can empty it without an
// exclusive reference. What it puts in was its own before, so the second look can keep more alive, and never less.
filled! {
    [T: PyGcIntegration] unsync::OnceCell<T>: T, this => this.get(), this.take();
    [T: PyGcIntegration] sync::OnceCell<T>: T, this => this.get(), this.take();
}

/// Values that a function makes when they are first asked for. Nobody can empty one, and the function may own something too.
macro_rules! lazy {
    ($($type:ty),*) => { $(
        // SAFETY: rule 4: a value or a function that may own a Python reference does not compile.
        unsafe impl<T: PyGcIntegration, F: PyGcIntegration> PyGcIntegration for $type {
            const MAY_CONTAIN_CYCLES: bool = {
                assert!(
                    !crate::may_contain_cycles::<T>() && !crate::may_contain_cycles::<F>(),
                    "a `Lazy` that owns a Python object can never let go of it: use a `OnceCell`"
                );
                false
            };

            #[inline]
            fn traverse(&self, _: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                Ok(())
            }
            #[inline]
            fn clear(&mut self) {}
        }
    )* };
}

lazy! { unsync::Lazy<T, F>, sync::Lazy<T, F> }

leaf! { race::OnceBool, race::OnceNonZeroUsize }
