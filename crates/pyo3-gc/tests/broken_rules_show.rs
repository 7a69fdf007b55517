//! What happens when an implementation breaks a rule of the trait. Each of these is wrong on purpose.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::PyGcIntegration;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use support::{Holder, collect, count, python, reported, thing};

type Object = Option<Py<PyAny>>;

/// An implementation with this body of `traverse` and this constant.
macro_rules! wrong {
    ($name:ident, $may:literal, |$this:ident, $visit:ident| $traverse:block) => {
        struct $name(Object);

        // SAFETY: none. The test shows what follows.
        unsafe impl PyGcIntegration for $name {
            const MAY_CONTAIN_CYCLES: bool = $may;
            fn traverse(&self, $visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
                let $this = self;
                $traverse
            }
            fn clear(&mut self) {
                self.0.clear();
            }
        }
    };
}

wrong!(Forgets, true, |_this, _visit| { Ok(()) });
wrong!(Twice, true, |this, visit| {
    this.0.traverse(visit)?;
    this.0.traverse(visit)
});
wrong!(Promises, false, |this, visit| { this.0.traverse(visit) });

static ANSWER: AtomicBool = AtomicBool::new(true);
wrong!(EveryOtherTime, true, |this, visit| {
    let answer = ANSWER.fetch_xor(true, Ordering::SeqCst);
    if answer { this.0.traverse(visit) } else { Ok(()) }
});

static ATTACHED: AtomicUsize = AtomicUsize::new(0);
wrong!(Attaches, true, |this, visit| {
    let attached = Python::try_attach(|_| ()).is_some();
    ATTACHED.fetch_add(usize::from(attached), Ordering::SeqCst);
    this.0.traverse(visit)
});

/// The holder is alive if its cycle was not collected; then it is taken apart, so that nothing stays behind.
fn leaks(py: Python<'_>, make: impl FnOnce(Object) -> Box<dyn support::Shape>) -> bool {
    let (holder, check) = Holder::new(py, Box::new(()));
    holder.borrow_mut().shape = make(Some(holder.clone().into_any().unbind()));
    let pointer = holder.as_ptr();
    drop(holder);
    collect(py);
    if check.dropped() {
        return false;
    }
    // SAFETY: the check says that the object is alive.
    let holder = unsafe { Bound::from_borrowed_ptr(py, pointer) };
    holder.cast::<Holder>().unwrap().borrow_mut().shape = Box::new(());
    true
}

#[test]
fn rule_1_a_forgotten_reference_leaks() {
    python(|py| {
        assert!(leaks(py, |object| Box::new(Forgets(object))));
        assert!(!leaks(py, |object| Box::new(object)), "the right implementation does not");
    });
}

#[test]
fn rule_1_a_reference_visited_twice_is_reported_more_often_than_owned() {
    python(|py| {
        let object = thing(py);
        let before = count(&object);
        let (holder, _check) = Holder::new(py, Box::new(Twice(Some(object.clone().unbind()))));
        assert_eq!((count(&object) - before, reported(&holder, &object)), (1, 2));
    });
}

#[test]
fn rule_2_an_answer_that_changes_takes_weak_references_from_an_object_in_use() {
    python(|py| {
        for (shape, survives) in [(true, false), (false, true)] {
            let object = thing(py);
            let weak = py.import("weakref").unwrap().call_method1("ref", (&object,)).unwrap();
            let content = Some(object.unbind());
            let shape: Box<dyn support::Shape> =
                if shape { Box::new(EveryOtherTime(content)) } else { Box::new(content) };
            let (_holder, check) = Holder::new(py, shape);
            ANSWER.store(true, Ordering::SeqCst);
            collect(py);
            check.assert_alive("the holder");
            assert_eq!(!weak.call0().unwrap().is_none(), survives);
        }
    });
}

#[test]
fn rule_3_nobody_can_attach_while_the_collector_looks() {
    python(|py| {
        let object = thing(py);
        let (holder, _check) = Holder::new(py, Box::new(Attaches(Some(object.clone().unbind()))));
        assert_eq!(reported(&holder, &object), 1);
        assert_eq!(ATTACHED.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn rule_4_a_broken_promise_leaks() {
    // In a `Vec`, so that somebody asks for the constant.
    python(|py| assert!(leaks(py, |object| Box::new(vec![Promises(object)]))));
}
