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

macro_rules! why {
    () => {
        "a `Lazy` that owns a Python object can never let go of it; use a `OnceCell`"
    };
}

// Nobody can empty one, and the function may own something too.
refused! {
    [T: PyGcIntegration, F: PyGcIntegration] unsync::Lazy<T, F>, (T, F), why!();
    [T: PyGcIntegration, F: PyGcIntegration] sync::Lazy<T, F>, (T, F), why!();
}

leaf! { race::OnceBool, race::OnceNonZeroUsize }
