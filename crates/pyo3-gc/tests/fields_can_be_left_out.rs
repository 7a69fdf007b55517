//! A field that is skipped is not visited, not cleared, and needs no implementation.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3_gc::{PyGcIntegration, pyclass};
use support::{DropGuard, call_clear, drop_check, python, reported, thing};

/// From another crate, as it were: no implementation.
struct Foreign(Py<PyAny>);

#[pyclass]
struct Mixed {
    #[pyo3(gc = false)]
    foreign: Foreign,
    #[pyo3_gc(skip)]
    also_foreign: Option<Foreign>,
    #[pyo3_gc(skip = "the test wants it kept")]
    kept: Option<Py<PyAny>>,
    #[pyo3(get, gc = false)]
    number: NoIntegration,
    seen: Option<Py<PyAny>>,
    _guard: DropGuard,
}

#[derive(Clone, IntoPyObject)]
struct NoIntegration(usize);

/// A closure owns neither what it takes nor what it returns.
#[derive(PyGcIntegration)]
#[expect(clippy::type_complexity, reason = "an alias would hide the `Py` from the macro")]
struct Calls {
    #[pyo3(gc = false)]
    convert: Box<dyn Fn(&Py<PyAny>) -> Py<PyAny>>,
}

#[test]
fn a_closure_that_takes_an_object_can_be_left_out() {
    const { assert!(!pyo3_gc::may_contain_cycles::<Calls>()) };
    let calls = Calls { convert: Box::new(|it| Python::attach(|py| it.clone_ref(py))) };
    python(|py| assert!((calls.convert)(&py.None()).is_none(py)));
}

/// Under PyO3's own attribute.
#[derive(PyGcIntegration)]
#[pyo3::pyclass]
struct Plain {
    #[pyo3(get)]
    number: usize,
    #[pyo3_gc(skip)]
    foreign: Foreign,
    seen: Option<Py<PyAny>>,
}

#[pymethods]
impl Plain {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        PyGcIntegration::traverse(self, visit)
    }
    fn __clear__(&mut self) {
        PyGcIntegration::clear(self);
    }
}

/// The same with the derive below.
#[pyo3::pyclass]
#[derive(PyGcIntegration)]
struct PlainBelow {
    #[pyo3(get)]
    #[pyo3_gc(skip)]
    number: NoIntegration,
    seen: Option<Py<PyAny>>,
}

#[pyo3::pymethods]
impl PlainBelow {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        PyGcIntegration::traverse(self, visit)
    }
}

/// The derive without the hooks.
#[pyclass(derive_gc = false)]
#[derive(PyGcIntegration)]
struct HooksByHand {
    #[pyo3(gc = false)]
    foreign: Foreign,
    seen: Option<Py<PyAny>>,
}

#[pymethods]
impl HooksByHand {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        PyGcIntegration::traverse(self, visit)
    }
}

#[derive(PyGcIntegration)]
struct Generic<'a, T> {
    #[pyo3_gc(skip = "filled with numbers only")]
    numbers: Vec<T>,
    #[pyo3(gc = false)]
    borrowed: Borrowed<'a>,
}

struct Borrowed<'a>(&'a [u8]);

/// No implementation covers a function for all lifetimes, so nothing is said against leaving it out.
#[derive(PyGcIntegration)]
#[expect(clippy::type_complexity, reason = "the lifetimes matter")]
struct Functions<'a> {
    #[pyo3(gc = false)]
    elided: Option<fn(&str) -> usize>,
    #[pyo3(gc = false)]
    named: Option<for<'b> fn(&'b [u8], &'a u8) -> &'b [u8]>,
    #[pyo3(gc = false)]
    closure: Option<Box<dyn Fn(&str) -> usize + 'a>>,
    visited: Option<fn(usize) -> &'a str>,
}

macro_rules! callback {
    ($name:ident, $ty:ty) => {
        #[derive(PyGcIntegration)]
        struct $name($ty);
    };
}

// It needs no attribute, as it needs none outside a macro.
callback!(Callback, fn(&str) -> usize);

/// A raw name, and two types with skipped fields in one module.
#[derive(PyGcIntegration)]
#[expect(non_camel_case_types, reason = "a keyword")]
struct r#struct {
    #[pyo3_gc(skip = "the other end is the owner")]
    next: Option<Box<Self>>,
    #[pyo3(gc = false)]
    foreign: Foreign,
    others: Vec<Self>,
}

#[derive(PyGcIntegration)]
enum Choice {
    Left(#[pyo3(gc = false)] Foreign, Option<Py<PyAny>>),
}

#[test]
fn a_skipped_field_is_neither_visited_nor_cleared() {
    python(|py| {
        let [skipped, seen] = [thing(py), thing(py)];
        let own = || Foreign(skipped.clone().unbind());
        let (guard, _check) = drop_check();
        let mixed = Mixed {
            foreign: own(),
            also_foreign: Some(own()),
            kept: Some(skipped.clone().unbind()),
            number: NoIntegration(7),
            seen: Some(seen.clone().unbind()),
            _guard: guard,
        };
        let mixed = Bound::new(py, mixed).unwrap();
        assert_eq!(reported(&mixed, &skipped), 0);
        assert_eq!(reported(&mixed, &seen), 1);
        call_clear(&mixed);
        let mixed = mixed.borrow();
        assert!(mixed.foreign.0.is(&skipped));
        assert!(mixed.also_foreign.as_ref().is_some_and(|foreign| foreign.0.is(&skipped)));
        assert!(mixed.kept.is_some() && mixed.seen.is_none());
        assert_eq!(mixed.number.0, 7);
    });
}

#[test]
fn the_derive_works_under_the_attribute_of_pyo3() {
    python(|py| {
        let [skipped, seen] = [thing(py), thing(py)];
        let foreign = Foreign(skipped.clone().unbind());
        let plain = Bound::new(py, Plain { number: 1, foreign, seen: Some(seen.clone().unbind()) }).unwrap();
        assert_eq!((reported(&plain, &skipped), reported(&plain, &seen)), (0, 1));
        call_clear(&plain);
        assert_eq!(reported(&plain, &seen), 0);
        assert!(plain.borrow().foreign.0.is(&skipped) && plain.borrow().number == 1);
        let plain = Bound::new(py, PlainBelow { number: NoIntegration(1), seen: Some(seen.clone().unbind()) }).unwrap();
        assert_eq!((reported(&plain, &seen), plain.borrow().number.0), (1, 1));
        assert!(plain.borrow().seen.is_some());
    });
}

#[test]
fn the_derive_works_without_the_hooks() {
    python(|py| {
        let [skipped, seen] = [thing(py), thing(py)];
        let foreign = Foreign(skipped.clone().unbind());
        let object = Bound::new(py, HooksByHand { foreign, seen: Some(seen.clone().unbind()) }).unwrap();
        assert_eq!((reported(&object, &skipped), reported(&object, &seen)), (0, 1));
        assert!(object.borrow().foreign.0.is(&skipped) && object.borrow().seen.is_some());
    });
}

#[test]
fn a_skipped_field_does_not_count_for_the_constant() {
    python(|py| {
        let generic = Generic { numbers: vec![py.None()], borrowed: Borrowed(b"x") };
        assert_eq!(generic.numbers.len() + generic.borrowed.0.len(), 2);
        let Choice::Left(foreign, object) = Choice::Left(Foreign(py.None()), None);
        assert!(foreign.0.is_none(py) && object.is_none());
        let raw = r#struct { next: None, foreign: Foreign(py.None()), others: Vec::new() };
        assert!(raw.next.is_none() && raw.foreign.0.is_none(py) && raw.others.is_empty());
    });
    let functions = Functions { elided: Some(str::len), named: None, closure: None, visited: None };
    assert_eq!(functions.elided.map(|len| len("four")), Some(4));
    assert_eq!(Callback(str::len).0("four"), 4);
    assert!(functions.named.is_none() && functions.closure.is_none() && functions.visited.is_none());
    const { assert!(!Functions::MAY_CONTAIN_CYCLES && r#struct::MAY_CONTAIN_CYCLES) };
    const { assert!(!<Generic<'static, Py<PyAny>>>::MAY_CONTAIN_CYCLES && Choice::MAY_CONTAIN_CYCLES) };
}
