//! Garbage collection of PyO3 classes without hand-written hooks.
//!
//! # A class that leaks, and its fix
//!
//! Python's collector cannot see into this class. An object that is reachable from its own `on_close` never dies:
//!
//! ```
//! use pyo3::prelude::*;
//!
//! #[pyclass(weakref)]
//! struct Session {
//!     #[pyo3(get, set)]
//!     on_close: Option<Py<PyAny>>,
//! }
//!
//! # fn main() -> PyResult<()> {
//! Python::attach(|py| {
//!     let session = Bound::new(py, Session { on_close: None })?;
//!     let weak = py.import("weakref")?.getattr("ref")?.call1((&session,))?;
//!     session.setattr("on_close", session.getattr("__str__")?)?; // a bound method owns its object
//!     drop(session);
//!     py.import("gc")?.call_method0("collect")?;
//!     assert!(!weak.call0()?.is_none()); // leaked
//!     Ok(())
//! })
//! # }
//! ```
//!
//! One import is the fix:
//!
//! ```
//! use pyo3_gc::prelude::*;
//!
//! #[pyclass(weakref)]
//! struct Session {
//!     #[pyo3(get, set)]
//!     on_close: Option<Py<PyAny>>,
//! }
//!
//! # fn main() -> PyResult<()> {
//! Python::attach(|py| {
//!     let session = Bound::new(py, Session { on_close: None })?;
//!     let weak = py.import("weakref")?.getattr("ref")?.call1((&session,))?;
//!     session.setattr("on_close", session.getattr("__str__")?)?;
//!     drop(session);
//!     py.import("gc")?.call_method0("collect")?;
//!     assert!(weak.call0()?.is_none()); // collected
//!     Ok(())
//! })
//! # }
//! ```
//!
//! # What there is
//!
//! - [`prelude`]: that of PyO3, with the macros of this crate.
//! - [`pyclass`](macro@pyclass): PyO3's attribute, which also tells the collector what the fields own.
//! - [`derive(PyGcIntegration)`](derive@PyGcIntegration): the same for plain Rust types that live inside classes.
//! - [`PyGcIntegration`]: the trait behind both, with the rules for an implementation by hand, and [`field`] to write one.
//! - [`GcMutex`], [`GcRwLock`]: locks that the collector can look behind, also in frozen classes.
//! - [`GcArc`]: a value with several owners that may own Python objects.
//! - [`Bag`]: where a cleared object puts what it lets go of, so that it is dropped when nothing is borrowed any more.
//!
//! # Types that take part
//!
//! | | |
//! |---|---|
//! | own nothing | numbers, text, paths, time, files, atomics, function pointers, `PhantomData`, `Weak`, ... |
//! | of PyO3 | `Py`, `PyOnceLock`, `PyBackedStr` |
//! | are emptied | `Option`, `Vec`, `VecDeque`, `LinkedList`, `BinaryHeap`; `HashMap`, `BTreeMap`, `HashSet`, `BTreeSet`, their keys too |
//! | pass it on | `Box`, arrays, slices, tuples of up to 12, `Result`, `Cow`, ranges, `ops::Bound`, `Reverse`, `Wrapping`, `Saturating`, `ControlFlow`, `Poll`, `Pin<Box<T>>` |
//! | locks | `GcMutex`, `GcRwLock` |
//! | shared | `GcArc` |
//! | cells | `RefCell`, `OnceCell`, `OnceLock`; `Cell` if it holds nothing that may own an object |
//!
//! What is borrowed, as in a `Cow::Borrowed`, has another owner and is not reported.
//!
//! Not among them, because nobody can see from outside what they own at the moment: `ManuallyDrop` (its content may be gone
//! already), `PyErr` (keep a `Py<PyBaseException>`) and `PyBackedBytes` (keep a `Py<PyBytes>`: PyO3 does not show the object
//! that owns the bytes).
//!
//! # Features
//!
//! - `auto` (on by default): the attribute installs the hooks in a `#[pymethods]` block of its own. It turns on PyO3's
//!   feature `multiple-pymethods`. Without it [`pyclass`](macro@pyclass) is a compile error.
//! - `introspect`: every class also gets `__gc_edges__()`, the list of (path of the field, object) that it reports to the
//!   collector. For tools that draw object graphs; leave it off in a release.
//!
//! # Limits
//!
//! - PyPy never calls the hooks, so cycles through Rust objects leak there.
//! - A cycle in which every edge is a bare `Py<T>` of a type other than `PyAny`, or belongs to a frozen class without
//!   interior mutability, has no edge that could be cut. Make one of them an `Option`.
//! - The content of a `Pin<Box<T>>` cannot be reached by `&mut`: what lies in a cell there is cleared, the rest is not. The
//!   content of an `OnceLock`, `OnceCell` or `PyOnceLock` is cleared in a class that is not frozen.
//! - The hasher of a map is not looked into. One that owned a Python object would leak a cycle through it.
//! - An object of an `unsendable` class is looked into only when the collection runs on the thread that made it.

mod bag;
#[cfg(feature = "introspect")]
mod edges;
mod hooks;
mod impls;
mod integration;
mod label;
mod shared;
mod sync;

#[doc(hidden)]
pub mod __private;

/// Instead of `use pyo3::prelude::*`, not beside it: the same names, with the `#[pyclass]` and the derive of this crate.
///
/// The trait itself is not among them, because [its method `clear`](PyGcIntegration#names-in-scope) would hide others.
///
/// ```
/// use pyo3_gc::prelude::*;
///
/// #[pyclass]
/// struct Session {
///     #[pyo3(get, set)]
///     on_close: Option<Py<PyAny>>,
/// }
/// ```
pub mod prelude {
    pub use pyo3::prelude::*;
    pub use pyo3_gc_macros::{PyGcIntegration, pyclass};
}

/// Pages to read, and nothing to call.
#[cfg(any(doc, doctest))]
pub mod guide {
    #[doc = include_str!("docs/by_hand.md")]
    pub mod by_hand {}
}

pub use bag::Bag;
#[cfg(feature = "introspect")]
pub use edges::edges;
pub use integration::{PyGcIntegration, field, may_contain_cycles};
#[doc = include_str!("docs/derive.md")]
pub use pyo3_gc_macros::PyGcIntegration;
#[doc = include_str!("docs/pyclass.md")]
pub use pyo3_gc_macros::pyclass;
pub use shared::GcArc;
pub use sync::{AlreadyLocked, GcGuard, GcMutex, GcReadGuard, GcRwLock};
