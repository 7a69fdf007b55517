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
//! One feature for each crate whose types take part, under the crate's name:
//!
//! - containers: `ahash`, `arrayvec`, `either`, `hashbrown`, `indexmap`, `once_cell`, `slab`, `smallvec`. They are emptied or
//!   pass it on like their counterparts of the standard library;
//! - numbers that pass it on: `num-complex`, `num-rational`, `ordered-float`;
//! - what owns nothing: `bigdecimal`, `bytes` (`BytesMut` only, because a `Bytes` can own a Python object that nobody can see),
//!   `chrono`, `jiff`, `num-bigint`, `rust_decimal`, `serde_json`, `time`, `url`, `uuid`.
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
mod dynamic;
#[cfg(feature = "introspect")]
mod edges;
mod hooks;
mod impls;
mod integration;
mod label;

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

pub use bag::Bag;
pub use dynamic::DynGcIntegration;
#[cfg(feature = "introspect")]
pub use edges::edges;
pub use integration::{PyGcIntegration, field, may_contain_cycles};
#[doc = include_str!("docs/derive.md")]
pub use pyo3_gc_macros::PyGcIntegration;
#[doc = include_str!("docs/pyclass.md")]
pub use pyo3_gc_macros::pyclass;
