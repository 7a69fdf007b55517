//! `GcArc`: however many owners there are, the collector hears of the content once.

mod support;

use pyo3::prelude::*;
use pyo3_gc::{GcArc, GcMutex, PyGcIntegration, pyclass};
use std::thread;
use support::{DropGuard, collect, drop_check, python, referents, reported, thing};

#[derive(PyGcIntegration)]
struct Content {
    fixed: Vec<Py<PyAny>>,
    slot: GcMutex<Option<Py<PyAny>>>,
    guard: DropGuard,
}

#[pyclass(frozen, weakref)]
struct Owner(GcArc<Content>);

#[pyclass]
struct Holder {
    shared: Option<GcArc<Content>>,
}

fn content(py: Python<'_>, fixed: Vec<Py<PyAny>>) -> (GcArc<Content>, support::DropCheck) {
    let (guard, check) = drop_check();
    (GcArc::new(py, Content { fixed, slot: GcMutex::new(None), guard }).unwrap(), check)
}

/// The object that holds the value.
fn shared<'py>(owner: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    referents(owner).iter().find(|one| one.get_type().name().unwrap() == "Shared").unwrap()
}

#[test]
fn several_owners_report_one_object_and_it_reports_the_content_once() {
    python(|py| {
        let object = thing(py);
        let (shared_content, _) = content(py, vec![object.clone().unbind()]);
        let owners: Vec<_> =
            (0..3).map(|_| Bound::new(py, Owner(shared_content.clone_ref(py))).unwrap().into_any()).collect();
        assert!(owners.iter().all(|owner| reported(owner, &object) == 0));
        let value = shared(&owners[0]);
        assert!(owners.iter().all(|owner| reported(owner, &value) == 1));
        assert_eq!(reported(&value, &object), 1);
    });
}

#[test]
fn an_object_in_use_is_left_alone_with_several_live_owners() {
    python(|py| {
        let object = thing(py);
        let weak = py.import("weakref").unwrap().call_method1("ref", (&object,)).unwrap();
        let (shared_content, check) = content(py, vec![object.clone().unbind()]);
        let owners: Vec<_> = (0..4).map(|_| Bound::new(py, Owner(shared_content.clone_ref(py))).unwrap()).collect();
        object.setattr("owners", &owners).unwrap();
        drop((object, shared_content));
        for _ in 0..200 {
            collect(py);
        }
        check.assert_alive("a shared value with live owners");
        let object = weak.call0().unwrap();
        assert_eq!(object.getattr("owners").unwrap().len().unwrap(), 4);
        assert!(owners.iter().all(|owner| owner.get().0.fixed[0].is(&object)));
    });
}

#[test]
fn a_cycle_through_several_dead_owners_is_collected() {
    python(|py| {
        let object = thing(py);
        let (shared_content, check) = content(py, vec![object.clone().unbind()]);
        let owners: Vec<_> = (0..3).map(|_| Bound::new(py, Owner(shared_content.clone_ref(py))).unwrap()).collect();
        object.setattr("owners", owners).unwrap();
        drop((object, shared_content));
        check.assert_collected(py, "a cycle through an object of Python and three owners");
    });
}

#[test]
fn a_cycle_of_nothing_but_shared_values_is_cut_at_the_lock() {
    python(|py| {
        let (one, one_check) = content(py, Vec::new());
        let (other, other_check) = content(py, Vec::new());
        let owner_of_one = Bound::new(py, Owner(one.clone_ref(py))).unwrap().into_any().unbind();
        let owner_of_other = Bound::new(py, Owner(other.clone_ref(py))).unwrap().into_any().unbind();
        *one.slot.lock(py).unwrap() = Some(owner_of_other);
        *other.slot.lock(py).unwrap() = Some(owner_of_one);
        drop((one, other));
        one_check.assert_collected(py, "the first of two shared values that own each other");
        assert!(other_check.dropped());
    });
}

#[test]
fn an_owner_that_can_be_emptied_is_emptied() {
    python(|py| {
        let (shared_content, check) = content(py, Vec::new());
        let holder = Bound::new(py, Holder { shared: Some(shared_content.clone_ref(py)) }).unwrap();
        *shared_content.slot.lock(py).unwrap() = Some(holder.clone().into_any().unbind());
        support::call_clear(holder.as_any());
        assert!(holder.borrow().shared.is_none());
        drop((holder, shared_content));
        assert!(check.dropped(), "nothing but the owner kept the value alive");
    });
}

#[test]
fn a_value_is_read_and_an_owner_dropped_on_a_detached_thread() {
    python(|py| {
        let (shared_content, check) = content(py, vec![py.None()]);
        let other = shared_content.clone_ref(py);
        py.detach(|| {
            thread::spawn(move || {
                assert_eq!(other.fixed.len(), 1);
                drop(other);
            })
            .join()
            .unwrap();
        });
        check.assert_alive("a value with one owner left");
        py.detach(move || drop(shared_content));
        Python::attach(|_| ()); // PyO3 gives up what detached threads have dropped
        py.detach(|| Python::attach(|_| ()));
        assert!(check.dropped());
    });
}

#[test]
fn the_class_of_shared_values_cannot_be_called() {
    python(|py| {
        let (shared_content, _) = content(py, Vec::new());
        let owner = Bound::new(py, Owner(shared_content)).unwrap();
        assert!(shared(owner.as_any()).get_type().call0().is_err());
    });
}

#[test]
fn a_shared_value_looks_like_what_it_holds() {
    python(|py| {
        let text = GcArc::new(py, "text".to_owned()).unwrap();
        assert_eq!(format!("{text} {text:?} {}", text.len()), "text \"text\" 4");
        assert_eq!(text.as_ref(), "text");
        assert!(text.ptr_eq(&text.clone_ref(py)));
    });
}

#[cfg(feature = "introspect")]
#[test]
fn the_path_goes_on_in_the_object_that_holds_the_value() {
    python(|py| {
        let object = thing(py);
        let (shared_content, _) = content(py, vec![object.unbind()]);
        *shared_content.slot.lock(py).unwrap() = Some(py.Ellipsis());
        let owner = Bound::new(py, Owner(shared_content)).unwrap();
        let paths = |owner: &Bound<'_, PyAny>| -> Vec<String> {
            let edges: Vec<(String, Py<PyAny>)> = owner.call_method0("__gc_edges__").unwrap().extract().unwrap();
            edges.into_iter().map(|(path, _)| path).collect()
        };
        assert_eq!(paths(owner.as_any()), ["__class__", "0"]);
        assert_eq!(paths(&shared(owner.as_any())), ["__class__", "fixed[0]", "slot"]);
    });
}
