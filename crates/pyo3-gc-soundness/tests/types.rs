//! What the generator says about a type is what the crate says.

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3_gc_soundness::TYPES;
use pyo3_gc_soundness::classes::Holder;
use pyo3_gc_soundness::python::{python, referents};
use pyo3_gc_soundness::random::Random;
use pyo3_gc_soundness::source::Source;

#[test]
fn the_constant_is_true_exactly_where_something_may_be_owned() {
    for ty in TYPES {
        // A type that contains itself cannot find out.
        let expected = ty.may_own || ty.contains_itself;
        assert!(ty.may_contain_cycles == expected, "{}: the constant should be {expected}", ty.name);
    }
    let (owning, others): (Vec<_>, Vec<_>) = TYPES.iter().partition(|ty| ty.may_own);
    assert!(owning.len() > 20 && others.len() > 5, "{} and {}", owning.len(), others.len());
}

#[test]
fn a_type_that_may_own_nothing_reports_nothing() {
    python(|py| {
        let (target, _) = Holder::empty(py);
        let probe = py.eval(c"object()", None, None).unwrap().unbind();
        let secret = py.eval(c"object()", None, None).unwrap();
        let targets = [probe, target.into_any().unbind(), PyList::empty(py).into_any().unbind()];
        for ty in TYPES.iter().filter(|ty| !ty.may_own) {
            let mut source = Source::new(py, Random::new(1), &targets, secret.clone().unbind());
            let (holder, _) = Holder::empty(py);
            for _ in 0..20 {
                source.refuel();
                holder.borrow_mut().shape = (ty.make)(&mut source);
                assert!(source.take_record().is_empty(), "{}: the generator is wrong", ty.name);
                assert_eq!(referents(&holder), [holder.get_type_ptr().addr()], "{}", ty.name);
            }
        }
    });
}
