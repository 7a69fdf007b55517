//! A cycle through every shape of a field dies, and what is in use stays as it is.
#![cfg(feature = "auto")]

#[path = "support/shapes.rs"]
mod shapes;
mod support;

use pyo3::prelude::*;
use pyo3_gc::PyGcIntegration;
use support::{DropCheck, Holder, call_clear, collect, count, python, reported, thing};

/// What lies in the shapes.
type Object = Py<PyAny>;

/// A holder whose value owns the holder itself.
fn cycle<'py>(py: Python<'py>, case: &shapes::Case) -> (Bound<'py, Holder>, DropCheck) {
    let (holder, check) = Holder::new(py, Box::new(()));
    let own = holder.clone().into_any().unbind();
    holder.borrow_mut().shape = (case.make)(&|| own.clone_ref(py));
    (holder, check)
}

#[test]
fn a_cycle_through_every_shape_is_collected() {
    python(|py| {
        for case in shapes::all() {
            let (holder, check) = cycle(py, &case);
            collect(py);
            check.assert_alive(case.name);
            drop(holder);
            check.assert_collected(py, case.name);
        }
    });
}

#[test]
fn a_cycle_through_a_python_object_is_collected() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            let (holder, check) = Holder::new(py, (case.make)(&|| object.clone().unbind()));
            object.setattr("holder", holder).unwrap();
            drop(object);
            check.assert_collected(py, case.name);
        }
    });
}

#[test]
fn every_reference_is_reported_once() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            let before = count(&object);
            let (holder, _check) = Holder::new(py, (case.make)(&|| object.clone().unbind()));
            assert_eq!(count(&object) - before, case.references, "{}", case.name);
            assert_eq!(reported(&holder, &object), case.references, "{}", case.name);
        }
    });
}

#[test]
fn objects_in_use_are_left_alone() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            object.setattr("kept", 7).unwrap();
            let (holder, check) = Holder::new(py, (case.make)(&|| object.clone().unbind()));
            object.setattr("holder", &holder).unwrap();
            drop(holder); // owned by `object`, which is owned here
            for _ in 0..3 {
                collect(py);
            }
            check.assert_alive(case.name);
            let holder = object.getattr("holder").unwrap();
            assert_eq!(reported(&holder, &object), case.references, "{}", case.name);
            assert_eq!(object.getattr("kept").unwrap().extract::<i32>().unwrap(), 7);
        }
    });
}

#[test]
fn an_object_can_be_cleared_twice_and_used_afterwards() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            let before = count(&object);
            let (holder, check) = Holder::new(py, (case.make)(&|| object.clone().unbind()));
            for _ in 0..2 {
                call_clear(&holder);
                assert_eq!(reported(&holder, &object), 0, "{}", case.name);
                assert_eq!(count(&object), before, "{}", case.name);
            }
            holder.borrow_mut().shape = (case.make)(&|| object.clone().unbind());
            assert_eq!(reported(&holder, &object), case.references, "{}", case.name);
            drop(holder);
            assert!(check.dropped(), "{}", case.name);
            assert_eq!(count(&object), before, "{}", case.name);
        }
    });
}

#[test]
fn the_plain_clear_lets_go_at_once() {
    python(|py| {
        for case in shapes::all() {
            let object = thing(py);
            let before = count(&object);
            let mut value = (case.make)(&|| object.clone().unbind());
            let kept = if case.name.starts_with("Pin") { case.references } else { 0 };
            for _ in 0..2 {
                PyGcIntegration::clear(&mut value);
                assert_eq!(count(&object) - before, kept, "{}", case.name);
            }
            drop(value);
            assert_eq!(count(&object), before, "{}", case.name);
        }
    });
}

/// The limit that the documentation names, with both ways out of it.
#[test]
fn a_cycle_of_a_bare_reference_to_a_class_stays_until_it_can_be_cut() {
    python(|py| {
        let (holder, check) = Holder::new(py, Box::new(()));
        holder.borrow_mut().shape = Box::new(holder.clone().unbind());
        let address = holder.as_ptr();
        drop(holder);
        collect(py);
        check.assert_alive("a `Py` of a class has no valid value that means cleared");
        // SAFETY: the object is alive, as the check says, because it owns itself.
        let holder = unsafe { Bound::from_borrowed_ptr(py, address) }.cast_into::<Holder>().unwrap();
        assert_eq!(reported(&holder, &holder), 1);
        call_clear(&holder);
        assert_eq!(reported(&holder, &holder), 1, "the reference stays valid");

        let optional: Option<Py<Holder>> = Some(holder.clone().unbind());
        holder.borrow_mut().shape = Box::new((optional, holder.clone().into_any().unbind()));
        drop(holder);
        check.assert_collected(py, "an `Option` and a `Py<PyAny>`");
    });
}
