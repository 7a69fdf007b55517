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
//! - [`pymethods`](macro@pymethods): PyO3's attribute, which knows what the class derives.
//! - [`derive(PyGcIntegration)`](derive@PyGcIntegration): the same for plain Rust types that live inside classes.
//! - [`PyGcIntegration`]: the trait behind both, with the rules for an implementation by hand, and [`field`] to write one.
//! - [`GcMutex`], [`GcRwLock`]: locks that the collector can look behind, also in frozen classes.
//! - [`GcArc`]: a value with several owners that may own Python objects.
//! - [`DynGcIntegration`] and [`integrate_dyn!`]: trait objects such as `Box<dyn Handler>`.
//! - [`attached_only`]: locks of other crates, for programs that take them only while attached.
//! - [`Bag`]: where a cleared object puts what it lets go of, so that it is dropped when nothing is borrowed any more.
//!
//! # Types that take part
//!
#![doc = include_str!("docs/implementations.md")]
//!
//! What is borrowed, as in a `Cow::Borrowed`, has another owner and is not reported.
//!
//! Some types nobody can look into during a collection. An object in an `Arc` would be reported by each
//! of its owners and be destroyed alive; the content of a lock changes while a thread that is not attached takes it. If the content
//! may own a Python object, the compiler refuses the type and names the replacement. It also refuses `PyErr` (keep a
//! `Py<PyBaseException>`) and `PyBackedBytes` (keep a `Py<PyBytes>`): PyO3 does not show the objects that they own.
//!
//! Not among them at all is `ManuallyDrop`: its content may be gone already.
//!
//! # Features
//!
//! - `auto` (on by default): the attribute installs the hooks in a `#[pymethods]` block of its own. It turns on PyO3's
//!   feature `multiple-pymethods`. Without it [`pymethods`](macro@pymethods) installs them, and a class that has none is a compile
//!   error.
//! - `introspect`: every class also gets `__gc_edges__()`, the list of (path of the field, object) that it reports to the
//!   collector. For tools that draw object graphs; leave it off in a release.
//!
//! One feature for each crate whose types take part, under the crate's name:
//!
//! - containers: `ahash`, `arrayvec`, `either`, `hashbrown`, `indexmap`, `once_cell`, `slab`, `smallvec`. They are emptied or
//!   pass it on like their counterparts of the standard library;
//! - numbers that pass it on: `num-complex`, `num-rational`, `ordered-float`;
//! - what owns nothing: `bigdecimal`, `bytes` (`BytesMut` only, because a `Bytes` can own a Python object that nobody can see),
//!   `chrono`, `jiff`, `num-bigint`, `rust_decimal`, `serde_json`, `time`, `url`, `uuid`;
//! - locks, refused if their content may own an object: `parking_lot`.
//!
//! # Limits
//!
//! - PyPy does not necessarily call the hooks (PyO3's guide), so cycles through Rust objects can leak there.
//! - A cycle in which every edge is a bare `Py<T>` of a type other than `PyAny`, or belongs to a frozen class without
//!   interior mutability, has no edge that could be cut. Make one of them an `Option`. The attribute warns of a bare `Py<Class>` that
//!   Python can set.
//! - The content of a `Pin<Box<T>>` cannot be reached by `&mut`: what lies in a cell there is cleared, the rest is not. The
//!   content of an `OnceLock`, `OnceCell` or `PyOnceLock` is cleared in a class that is not frozen.
//! - The hasher of a map is not looked into. One that owned a Python object would leak a cycle through it.
//! - What the function of a `LazyLock` or `LazyCell` captured is not looked into either.
//! - A derived type calls itself at every level, as Rust's own drop does. A chain of boxes may have 5,000 links on a thread with
//!   2 MiB of stack. A longer one is written [as a loop](guide::by_hand#a-long-chain).
//! - A chain of many Python objects, each of which owns the next one, is dropped from object to object. PyO3 does not interrupt this
//!   where the stack ends: in a debug build a ring of 2,000 objects overflowed 2 MiB on CPython 3.11.
//! - A `Drop` that panics while an object is cleared becomes an error that Python prints and ignores. A second panic in the same drop
//!   ends the process, as Rust defines.
//! - PyO3 empties the `__dict__` of an object that is cleared, also if somebody else holds that dictionary.
//! - An object of an `unsendable` class is looked into only when the collection runs on the thread that made it.

pub mod attached_only;
mod bag;
mod dynamic;
#[cfg(feature = "introspect")]
mod edges;
mod hooks;
#[macro_use]
mod impls;
mod integration;
mod label;
mod shared;
mod sync;

#[doc(hidden)]
pub mod __private;

/// Instead of `use pyo3::prelude::*`, not beside it: the same names, with the attributes and the derive of this crate.
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
    pub use pyo3_gc_macros::{PyGcIntegration, pyclass, pymethods};
}

/// The examples of the README run too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Pages to read, and nothing to call.
#[cfg(any(doc, doctest))]
pub mod guide {
    #[doc = include_str!("docs/by_hand.md")]
    pub mod by_hand {}

    #[doc = include_str!("docs/migrating.md")]
    pub mod migrating {}
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
#[doc = include_str!("docs/pymethods.md")]
pub use pyo3_gc_macros::pymethods;
pub use shared::GcArc;
pub use sync::{AlreadyLocked, GcGuard, GcMutex, GcReadGuard, GcRwLock};
