//! How deep a value may be. A derived type calls itself at every level, as Rust's own drop does; a chain that can be longer
//! is written as a loop.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, PyGcIntegration, field};
use std::collections::{LinkedList, VecDeque};
use std::process::Command;
use support::{DropCheck, Holder, Shape, call_clear, collect, count, python, reported, thing};

type Object = Option<Py<PyAny>>;

const MILLION: usize = 1_000_000;

#[derive(PyGcIntegration)]
struct Node {
    next: Option<Box<Node>>,
    value: Object,
}

fn chain(length: usize, object: &Bound<'_, PyAny>) -> Option<Box<Node>> {
    let own = |_| Some(object.clone().unbind());
    (0..length).map(own).fold(None, |next, value| Some(Box::new(Node { next, value })))
}

/// A chain of any length: each method is a loop, and so is the drop.
struct Chain(Option<Box<Link>>);

struct Link {
    next: Option<Box<Link>>,
    value: Object,
}

impl Chain {
    fn new(values: impl Iterator<Item = Object>) -> Self {
        Self(values.fold(None, |next, value| Some(Box::new(Link { next, value }))))
    }
    fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.0.as_deref(), |link| link.next.as_deref())
    }
}

// SAFETY: rules 1 to 4 hold for the values, which have no other owner and are named once each. Rule 5: an empty chain is a
// valid value, and it is empty before the first value is dropped.
unsafe impl PyGcIntegration for Chain {
    const MAY_CONTAIN_CYCLES: bool = true;
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.links().try_for_each(|link| field::traverse(&link.value, visit))
    }
    fn clear(&mut self) {
        drop(Self(self.0.take()));
    }
    fn unlink(&mut self, bag: &mut Bag) {
        bag.put(Self(self.0.take()));
    }
    fn unlink_shared(&self, bag: &mut Bag) {
        self.links().for_each(|link| field::unlink_shared(&link.value, bag));
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut link) = next {
            next = link.next.take();
        }
    }
}

/// Traverses, clears and drops a value of that many references, and lets one die in a cycle.
fn live_and_die(py: Python<'_>, references: usize, make: impl Fn(&Bound<'_, PyAny>) -> Box<dyn Shape>) {
    let object = thing(py);
    let before = count(&object);
    let (holder, _check) = Holder::new(py, make(&object));
    assert_eq!(reported(&holder, &object), references);
    call_clear(&holder);
    assert_eq!((reported(&holder, &object), count(&object)), (0, before));
    let (holder, check): (_, DropCheck) = Holder::new(py, make(&object));
    object.setattr("holder", holder).unwrap();
    drop(object);
    check.assert_collected(py, "the chain");
}

#[test]
fn collections_of_a_million_elements_are_reached() {
    python(|py| {
        fn own(object: &Bound<'_, PyAny>) -> impl Iterator<Item = Py<PyAny>> {
            std::iter::repeat_with(|| object.clone().unbind()).take(MILLION)
        }
        live_and_die(py, MILLION, |object| Box::new(own(object).collect::<Vec<_>>()));
        live_and_die(py, MILLION, |object| Box::new(own(object).collect::<VecDeque<_>>()));
        live_and_die(py, MILLION, |object| Box::new(own(object).collect::<LinkedList<_>>()));
    });
}

#[test]
fn a_chain_of_a_million_links_is_reached_by_a_loop() {
    python(|py| {
        live_and_die(py, MILLION, |object| {
            let own = || Some(object.clone().unbind());
            Box::new(Chain::new(std::iter::repeat_with(own).take(MILLION)))
        });
    });
}

/// Each object is seen by the collector by itself, so nothing here calls itself to look at it. Where one object frees the next
/// one, CPython before 3.14 does call itself, so an owner of all of them lets them go one after the other.
#[test]
fn a_chain_of_a_million_objects_is_seen() {
    python(|py| {
        let (mut last, check) = Holder::new(py, Box::new(()));
        let mut all = Vec::with_capacity(MILLION);
        for _ in 1..MILLION {
            let next = Holder::new(py, Box::new(Some(last.clone().into_any().unbind()))).0;
            all.push(std::mem::replace(&mut last, next));
        }
        collect(py);
        check.assert_alive("the first object");
        let referents = support::referents(&last);
        assert!(referents.iter().any(|referent| referent.is(&all[MILLION - 2])));
        for object in all.iter().chain([&last]) {
            call_clear(object);
        }
        drop((referents, all, last));
        assert!(check.dropped());
    });
}

/// The stack of a thread of Rust has 2 MiB. In a child process, since a stack that overflows ends the process: the parts of the life of a derived chain.
#[test]
fn a_derived_chain_of_five_thousand_is_reached_on_a_small_stack() {
    for part in ["traverse", "unlink", "shared", "drop"] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "a_chain_in_a_child_process", "--nocapture"]);
        let output = child.env("PYO3_GC_CHAIN", format!("{part} 5000 2097152")).output().unwrap();
        assert!(output.status.success(), "{part}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("reached the end"), "{part}");
    }
}

/// The child of the test above: part, length and size of the stack stand in the environment.
#[test]
fn a_chain_in_a_child_process() {
    let Ok(order) = std::env::var("PYO3_GC_CHAIN") else { return };
    let [part, length, stack] = order.split(' ').collect::<Vec<_>>()[..] else { panic!("{order}") };
    let (part, length) = (part.to_owned(), length.parse().unwrap());
    let thread = std::thread::Builder::new().stack_size(stack.parse().unwrap());
    let life = thread.spawn(move || {
        python(|py| {
            let object = thing(py);
            let mut chain = chain(length, &object);
            match part.as_str() {
                "drop" => drop(chain),
                "unlink" => {
                    let mut bag = Bag::new();
                    PyGcIntegration::unlink(&mut chain, &mut bag);
                    drop(bag);
                }
                "shared" => {
                    PyGcIntegration::unlink_shared(&chain, &mut Bag::new());
                    std::mem::forget(chain);
                }
                _ => {
                    let (holder, _check) = Holder::new(py, Box::new(chain));
                    assert_eq!(reported(&holder, &object), length);
                    std::mem::forget(holder);
                }
            }
            println!("reached the end");
        });
    });
    life.unwrap().join().unwrap();
}
