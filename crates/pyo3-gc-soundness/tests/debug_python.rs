//! A debug build of CPython sees a mistake by itself, so that a run of the other tests under it can fail.

use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::PyGcIntegration;
use pyo3_gc_soundness::classes::Holder;
use pyo3_gc_soundness::python::{collect, python, total_count};
use std::process::Command;

/// How often the reference is visited.
struct Visited(Py<PyList>, usize);

// SAFETY: none for any number but 1. The test shows what follows.
unsafe impl PyGcIntegration for Visited {
    const MAY_CONTAIN_CYCLES: bool = true;
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        (0..self.1).try_for_each(|_| visit.call(&self.0))
    }
    fn clear(&mut self) {}
}

fn visit(times: usize) {
    python(|py| {
        let list = PyList::new(py, [py.Ellipsis()]).unwrap().unbind();
        let (holder, _) = Holder::empty(py);
        holder.borrow_mut().shape = Box::new(Visited(list, times));
        collect(py);
    });
}

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn child_visits_once() {
    visit(1);
}

#[test]
#[ignore = "run by the test below, in a process of its own"]
fn child_visits_twice() {
    visit(2);
}

/// Only under `make test-debug`: a release build of CPython does not look, and would destroy the list in use.
#[test]
fn a_reference_that_is_visited_twice_stops_a_debug_build() {
    if python(total_count).is_none() {
        return;
    }
    let child = |name| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name, "--include-ignored", "--nocapture"]).output().unwrap()
    };
    assert!(child("child_visits_once").status.success());
    let output = child("child_visits_twice");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("refcount is too small"), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        const SIGABRT: i32 = 6;
        assert_eq!(output.status.signal(), Some(SIGABRT), "{said}");
    }
}
