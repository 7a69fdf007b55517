//! `#[pyo3_gc(skip)]` on a variant: what is in it is neither visited nor cleared, and may be of types that own nothing.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3_gc::{PyGcIntegration, pyclass};
use support::{python, reported, thing};

/// No implementation.
struct Foreign(usize);

#[derive(PyGcIntegration)]
enum State {
    #[pyo3_gc(skip)]
    Idle {
        since: std::time::Instant,
        foreign: Foreign,
        number: Option<usize>,
    },
    #[pyo3_gc(skip = "the test wants it kept")]
    Kept(Option<Py<PyAny>>),
    Busy(Option<Py<PyAny>>),
    #[cfg(any())]
    #[pyo3_gc(skip)]
    Gone(NoSuchType),
    #[pyo3_gc(skip)]
    Unit,
}

/// Everything is left out, so the constant is `false`.
#[derive(PyGcIntegration)]
enum Generic<T> {
    #[pyo3_gc(skip = "filled with numbers only")]
    One(T),
}

#[pyclass]
struct Holder {
    state: State,
}

/// The key also stands on the variants of a class.
#[pyclass]
enum Shape {
    #[pyo3_gc(skip)]
    Empty {
        side: f64,
    },
    Full {
        object: Py<PyAny>,
    },
}

#[test]
fn a_skipped_variant_is_neither_visited_nor_cleared() {
    python(|py| {
        let object = thing(py);
        let own = || Some(object.clone().unbind());
        let idle = State::Idle { since: std::time::Instant::now(), foreign: Foreign(1), number: None };
        for (state, visited) in [(State::Kept(own()), 0), (State::Busy(own()), 1), (idle, 0), (State::Unit, 0)] {
            let holder = Bound::new(py, Holder { state }).unwrap();
            assert_eq!(reported(&holder, &object), visited);
            support::call_clear(&holder);
            match &holder.borrow().state {
                State::Kept(object) => assert!(object.is_some()),
                State::Busy(object) => assert!(object.is_none()),
                State::Idle { since, foreign, number } => {
                    assert!(since.elapsed().as_secs() < 1000 && foreign.0 == 1 && number.is_none());
                }
                State::Unit => {}
            }
        }
    });
}

#[test]
fn a_skipped_variant_does_not_count_for_the_constant() {
    const { assert!(State::MAY_CONTAIN_CYCLES && !<Generic<Py<PyAny>>>::MAY_CONTAIN_CYCLES) };
    let Generic::One(number) = Generic::One(1);
    assert_eq!(number, 1);
}

#[test]
fn a_skipped_variant_of_a_class_is_not_visited() {
    python(|py| {
        let object = thing(py);
        let empty = Bound::new(py, Shape::Empty { side: 1.0 }).unwrap().into_any();
        let full = Bound::new(py, Shape::Full { object: object.clone().unbind() }).unwrap().into_any();
        assert_eq!((reported(&empty, &object), reported(&full, &object)), (0, 1));
        assert_eq!(support::referents(&empty).len(), 1, "its class");
    });
}
