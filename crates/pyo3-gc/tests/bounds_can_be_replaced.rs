//! `#[pyo3_gc(bound = "..")]` stands in place of the bounds that follow from the fields.

use pyo3::prelude::*;
use pyo3_gc::{PyGcIntegration, may_contain_cycles};
use std::marker::PhantomData;
use std::sync::Arc;

trait Family {
    type Member: PyGcIntegration;
}

/// It implements the trait for every `T`, because it says so itself.
#[derive(PyGcIntegration)]
#[pyo3_gc(bound = "")]
struct Named<T> {
    name: String,
    #[pyo3_gc(with = nothing)]
    kind: Arc<T>,
}

mod nothing {
    #[expect(clippy::unnecessary_wraps, reason = "the signature is that of the trait")]
    pub(super) fn traverse<T>(_: &T, _: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        Ok(())
    }
    pub(super) fn unlink<T>(_: &mut T, _: &mut pyo3_gc::Bag) {}
}

/// `F::Member: PyGcIntegration` follows from the bound, and `F: PyGcIntegration` would be wrong.
#[derive(PyGcIntegration)]
#[pyo3_gc(bound = "F: Family, F::Member: PyGcIntegration")]
struct Group<F>
where
    F: Family,
{
    members: Vec<F::Member>,
    family: Phantom<F>,
}

/// A field whose type hides its parameter from the derive.
#[derive(PyGcIntegration)]
#[pyo3_gc(bound = "")]
struct Phantom<T>(PhantomData<T>);

/// A `Py<T>` owns an object and no `T`, so the classes of Python itself fit as well.
#[derive(PyGcIntegration)]
struct Handle<T: 'static>(Py<T>);

struct NoImplementation;

impl Family for NoImplementation {
    type Member = Option<Py<PyAny>>;
}

#[test]
fn the_bounds_are_those_that_are_written() {
    const { assert!(may_contain_cycles::<Named<NoImplementation>>(), "a field with functions of its own counts") };
    const { assert!(may_contain_cycles::<Group<NoImplementation>>()) };
    let named = Named { name: String::new(), kind: Arc::new(NoImplementation) };
    let group: Group<NoImplementation> = Group { members: Vec::new(), family: Phantom(PhantomData) };
    assert!(named.name.is_empty() && Arc::strong_count(&named.kind) == 1);
    assert!(group.members.is_empty() && group.family.0 == PhantomData);
}

#[test]
fn a_py_asks_nothing_of_its_class() {
    const { assert!(may_contain_cycles::<Handle<PyAny>>()) };
    Python::attach(|py| assert!(Handle(py.None()).0.is_none(py)));
}
