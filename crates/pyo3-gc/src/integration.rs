//! The trait and its contract.

use crate::Bag;
use pyo3::{PyTraverseError, PyVisit};

/// How a value takes part in Python's garbage collection.
///
/// Derive it for every type that lives inside a class; write it by hand for a type that the derive cannot see into.
/// The implementations of this crate cover the types of the standard library and of PyO3.
///
/// ```
/// use pyo3::prelude::*;
/// use pyo3_gc::PyGcIntegration;
///
/// #[derive(PyGcIntegration)]
/// struct Subscription {
///     topic: String,
///     callback: Option<Py<PyAny>>,
/// }
/// assert!(Subscription::MAY_CONTAIN_CYCLES);
/// assert!(!<Vec<String>>::MAY_CONTAIN_CYCLES);
/// ```
///
/// # Safety
///
/// CPython's collector copies the reference count of every object that it looks at, asks each object for the references
/// that it owns, and takes one off the copied count of each object that is named. What is left at zero is owned by nobody
/// outside and is destroyed (`subtract_refs` and `move_unreachable` in CPython's `gcmodule.c`, `gc.c` since 3.13). A wrong
/// answer can therefore destroy an object that is in use. An implementation keeps these rules:
///
/// 1. **Each owned reference once.** `traverse` visits every strong Python reference that the value owns exactly once, and
///    none that it only borrows or holds weakly. A reference that is forgotten leaks a cycle (CPython's documentation of
///    `tp_traverse`: visit each object that is owned). A reference that is visited twice, or that another owner visits too,
///    makes the copied count too small: the collector clears an object that is alive. Where an object is visited more often
///    than it is referred to, a debug build of CPython aborts (the assertion in `gc_decref`).
/// 2. **The same answer within one collection.** The collector traverses each object at least twice, to subtract and to
///    rescue, and what the first look reports the later ones report too. What decides the answer (an `Option`, a lock, a
///    borrow flag) may therefore change only on a thread that is attached to the interpreter, because attached threads stand
///    still during a collection and detached ones do not. One change is harmless on any thread: a place that was empty is filled
///    with a reference that no object reported before; it was not subtracted, and keeps its object alive.
/// 3. **A pure look.** `traverse` runs no Python code, creates, copies and drops no reference, does not attach, does not
///    wait for a lock and does not panic. It returns the error of a visit at once, with `?`. (CPython's documentation of
///    `tp_traverse`: no side effects, since the counts are being computed. PyO3 turns a panic into an error that the
///    collector ignores, and half of the references are then missing.)
/// 4. **`false` is a promise.** [`MAY_CONTAIN_CYCLES`](Self::MAY_CONTAIN_CYCLES) is `false` only if no value of the type can
///    ever own a Python reference, directly or through what it owns. Nobody calls the methods of such a type.
/// 5. **Cleared values stay valid.** `clear` may be called never, once or often, and other objects may still use the value
///    afterwards (CPython's documentation of `tp_clear`: the object must stay usable, and clearing it again must be
///    harmless). It is shallow at the first level of mutability: an `Option` becomes `None`, a collection becomes empty,
///    `Py<PyAny>` becomes Python's `None`, any other `Py<T>` stays. `unlink` and `unlink_shared` drop no Python object and run
///    no Python code: whatever they take out goes into the [`Bag`], which the caller drops when nothing is borrowed or locked
///    any more (what `Py_CLEAR` does in C: unlink first, then drop).
///
/// # Names in scope
///
/// Where the trait is imported, its methods are found before those of what a `Box` points to: for a `Box<Vec<u8>>`,
/// `list.clear()` is then this trait's `clear`, which leaves numbers alone. `use pyo3_gc::prelude::*` brings the derive without
/// the trait.
///
/// # A hand-written implementation
///
/// Name each field in each method. The functions of the module [`field`](crate::field) leave out what cannot own anything.
///
/// ```
/// use pyo3::prelude::*;
/// use pyo3::{PyTraverseError, PyVisit};
/// use pyo3_gc::{Bag, PyGcIntegration, field, may_contain_cycles};
///
/// struct Pair<A, B>(A, B);
///
/// // SAFETY: rules 1 to 5 hold for each field, and every method names both fields once.
/// unsafe impl<A: PyGcIntegration, B: PyGcIntegration> PyGcIntegration for Pair<A, B> {
///     const MAY_CONTAIN_CYCLES: bool = may_contain_cycles::<A>() || may_contain_cycles::<B>();
///
///     fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
///         field::traverse(&self.0, visit)?;
///         field::traverse(&self.1, visit)
///     }
///     fn clear(&mut self) {
///         field::clear(&mut self.0);
///         field::clear(&mut self.1);
///     }
///     fn unlink(&mut self, bag: &mut Bag)
///     where
///         Self: 'static,
///     {
///         field::unlink(&mut self.0, bag);
///         field::unlink(&mut self.1, bag);
///     }
///     fn unlink_shared(&self, bag: &mut Bag)
///     where
///         Self: 'static,
///     {
///         field::unlink_shared(&self.0, bag);
///         field::unlink_shared(&self.1, bag);
///     }
/// }
/// assert!(<Pair<u8, Py<PyAny>>>::MAY_CONTAIN_CYCLES);
/// assert!(!<Pair<u8, String>>::MAY_CONTAIN_CYCLES);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it takes part in Python's garbage collection",
    label = "`{Self}` does not implement `PyGcIntegration`",
    note = "if it is a type of yours that can own Python objects: add `#[derive(pyo3_gc::PyGcIntegration)]` to it; for a `dyn` of yours write `pyo3_gc::integrate_dyn!(..)`",
    note = "if it is somebody else's, write `#[pyo3_gc(with = path)]` with functions that visit it; if it hides what it owns, as a closure does, keep the objects in a field of their own",
    note = "if it never owns a Python object, also not inside: put `#[pyo3(gc = false)]` on the field (`#[pyo3_gc(skip)]` under PyO3's own `#[pyclass]`)"
)]
pub unsafe trait PyGcIntegration {
    /// Whether a value of this type may own a Python reference.
    ///
    /// With `false` the compiler leaves out every visit to values of this type, also to a million of them in a `Vec`.
    const MAY_CONTAIN_CYCLES: bool;

    /// Visits every strong Python reference that this value owns, each exactly once (rules 1 to 3).
    ///
    /// # Errors
    ///
    /// Hands on the error of `visit`, which means that the collector wants to stop.
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError>;

    /// Lets go of the references that can be given up, and drops them at once (rule 5).
    ///
    /// Dropping a reference may run Python code. Where `self` is borrowed from a Python object or lies under a lock, that
    /// code finds the object locked: use [`unlink`](Self::unlink) there.
    fn clear(&mut self);

    /// Does what [`clear`](Self::clear) does, but what was owned moves into `bag`, to be dropped later (rule 5).
    ///
    /// The provided version calls `clear`. It is right for a type that owns nothing; any other type moves its references.
    #[inline]
    fn unlink(&mut self, bag: &mut Bag)
    where
        Self: 'static,
    {
        let _ = bag;
        self.clear();
    }

    /// Moves into `bag` what can be taken out through a shared reference: what lies behind a lock or in a cell (rule 5).
    ///
    /// This is what a frozen class calls. The provided version does nothing, which is right for a value without interior
    /// mutability.
    #[inline]
    fn unlink_shared(&self, bag: &mut Bag)
    where
        Self: 'static,
    {
        let _ = bag;
    }
}

/// The constant of a type, as a function call.
///
/// In an implementation for a type that may contain itself write
/// `const MAY_CONTAIN_CYCLES: bool = true || may_contain_cycles::<A>()` rather than `true || A::MAY_CONTAIN_CYCLES`: the
/// compiler evaluates every constant that an expression names, and only the calls that are reached.
///
/// ```
/// assert!(pyo3_gc::may_contain_cycles::<Option<pyo3::Py<pyo3::PyAny>>>());
/// assert!(!pyo3_gc::may_contain_cycles::<Option<u64>>());
/// ```
#[must_use]
#[inline]
pub const fn may_contain_cycles<T: PyGcIntegration + ?Sized>() -> bool {
    T::MAY_CONTAIN_CYCLES
}

/// The calls to a part of a value. The test of `MAY_CONTAIN_CYCLES` stands here and nowhere else.
///
/// An implementation written by hand, and each of this crate, reaches its fields and elements through these functions.
/// See the [example of the trait](PyGcIntegration#a-hand-written-implementation).
pub mod field {
    #![expect(
        clippy::inline_always,
        reason = "a call would cost stack at every level of a deep value, also in a debug build"
    )]

    use super::{Bag, PyGcIntegration, PyTraverseError, PyVisit};

    /// Visits what `value` owns, if a value of its type can own anything.
    ///
    /// # Errors
    ///
    /// Hands on the error of `visit`.
    ///
    /// ```
    /// use pyo3::{Py, PyAny, PyTraverseError, PyVisit};
    /// use pyo3_gc::field;
    ///
    /// struct Pair(Py<PyAny>, u64);
    ///
    /// fn traverse(pair: &Pair, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
    ///     field::traverse(&pair.0, visit)?;
    ///     field::traverse(&pair.1, visit) // the compiler leaves this out
    /// }
    /// ```
    #[inline(always)]
    pub fn traverse<T: PyGcIntegration + ?Sized>(value: &T, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if T::MAY_CONTAIN_CYCLES { value.traverse(visit) } else { Ok(()) }
    }

    /// Clears `value`, if a value of its type can own anything.
    ///
    /// ```
    /// pyo3::Python::attach(|py| {
    ///     let mut objects = vec![py.None()];
    ///     let mut numbers = vec![1];
    ///     pyo3_gc::field::clear(&mut objects);
    ///     pyo3_gc::field::clear(&mut numbers);
    ///     assert_eq!((objects.len(), numbers.len()), (0, 1));
    /// });
    /// ```
    #[inline(always)]
    pub fn clear<T: PyGcIntegration + ?Sized>(value: &mut T) {
        if T::MAY_CONTAIN_CYCLES {
            value.clear();
        }
    }

    /// Moves what `value` owns into `bag`, if a value of its type can own anything.
    ///
    /// ```
    /// use pyo3_gc::{Bag, field};
    ///
    /// pyo3::Python::attach(|py| {
    ///     let mut bag = Bag::new();
    ///     let mut content = Some(py.None());
    ///     field::unlink(&mut content, &mut bag);
    ///     assert!(content.is_none());
    /// });
    /// ```
    #[inline(always)]
    pub fn unlink<T: PyGcIntegration + ?Sized + 'static>(value: &mut T, bag: &mut Bag) {
        if T::MAY_CONTAIN_CYCLES {
            value.unlink(bag);
        }
    }

    /// Moves what lies behind a lock or in a cell of `value` into `bag`, if a value of its type can own anything.
    ///
    /// ```
    /// use pyo3_gc::{Bag, GcMutex, field};
    ///
    /// pyo3::Python::attach(|py| {
    ///     let mut bag = Bag::new();
    ///     let content = GcMutex::new(Some(py.None()));
    ///     field::unlink_shared(&content, &mut bag);
    ///     assert!(content.lock(py).unwrap().is_none());
    /// });
    /// ```
    #[inline(always)]
    pub fn unlink_shared<T: PyGcIntegration + ?Sized + 'static>(value: &T, bag: &mut Bag) {
        if T::MAY_CONTAIN_CYCLES {
            value.unlink_shared(bag);
        }
    }
}
