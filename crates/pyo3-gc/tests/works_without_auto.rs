//! Without the feature `auto`, where PyO3 allows one block of methods a class: `#[pyo3_gc::pymethods]` installs the hooks in it.
#![cfg(not(feature = "auto"))]

use pyo3::types::PyDict;
use pyo3_gc::prelude::*;
use std::ffi::CStr;

#[pyclass(weakref, dict)]
struct Session {
    #[pyo3(get, set)]
    on_close: Option<Py<PyAny>>,
}

#[pymethods]
impl Session {
    #[new]
    fn new() -> Self {
        Self { on_close: None }
    }
}

/// No methods of its own, and the options below the attribute.
#[pyclass]
#[pyo3_gc(clear_gc = false)]
struct Kept {
    #[pyo3(get, set)]
    next: Option<Py<PyAny>>,
}

#[pymethods]
#[pyo3_gc(clear_gc = false)]
impl Kept {}

#[pyclass(frozen, unsendable)]
enum Shape {
    Full { object: Py<PyAny> },
    Empty(),
}

#[pymethods]
impl Shape {}

/// By hand.
#[pyclass(derive_gc = false)]
struct ByHand {
    #[pyo3(get, set)]
    next: Option<Py<PyAny>>,
}

#[pymethods(derive_gc = false)]
impl ByHand {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.next)
    }
    fn __clear__(&mut self) {
        self.next = None;
    }
}

/// A class without hooks needs no attribute of ours.
#[pyclass(derive_gc = false)]
struct Plain {
    #[pyo3(get)]
    number: usize,
}

#[pyo3::pymethods]
impl Plain {
    fn twice(&self) -> usize {
        self.number * 2
    }
}

#[pymodule]
mod inside {
    use pyo3_gc::prelude::*;

    #[pyclass(weakref)]
    struct Node {
        #[pyo3(get, set)]
        next: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Node {
        #[new]
        fn new() -> Self {
            Self { next: None }
        }
    }
}

fn python(code: &CStr, fill: impl FnOnce(Python<'_>, &Bound<'_, PyDict>) -> PyResult<()>) {
    Python::attach(|py| {
        let locals = PyDict::new(py);
        fill(py, &locals).unwrap();
        py.run(code, Some(&locals), None).unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn a_class_is_collected() {
    let code = c"
import gc, weakref
session = Session()
session.on_close = session
assert gc.get_referents(session).count(session) == 1
reference = weakref.ref(session)
del session
gc.collect()
assert reference() is None
";
    python(code, |py, locals| locals.set_item("Session", py.get_type::<Session>()));
}

#[test]
fn a_class_in_a_declarative_module_is_collected() {
    let code = c"
import gc, weakref
node = inside.Node()
node.next = node
reference = weakref.ref(node)
del node
gc.collect()
assert reference() is None
";
    python(code, |py, locals| locals.set_item("inside", pyo3::wrap_pymodule!(inside)(py)));
}

#[test]
fn a_class_with_clear_gc_off_is_visited_and_not_cleared() {
    let code = c"
import gc
kept.next = kept
assert gc.get_referents(kept).count(kept) == 1
del kept
gc.collect()
assert [type(one).__name__ for one in gc.get_objects()].count('Kept') == 1
";
    python(code, |py, locals| locals.set_item("kept", Bound::new(py, Kept { next: None })?));
}

#[test]
fn every_variant_and_hooks_by_hand_are_visited() {
    let code = c"
import gc
assert [gc.get_referents(one).count(thing) for one in (full, empty, by_hand)] == [1, 0, 1]
assert plain.twice() == 8
";
    python(code, |py, locals| {
        let thing = py.eval(c"type('Thing', (), {})()", None, None)?;
        let own = || thing.clone().unbind();
        locals.set_item("full", Bound::new(py, Shape::Full { object: own() })?)?;
        locals.set_item("empty", Bound::new(py, Shape::Empty())?)?;
        locals.set_item("by_hand", Bound::new(py, ByHand { next: Some(own()) })?)?;
        locals.set_item("plain", Bound::new(py, Plain { number: 4 })?)?;
        locals.set_item("thing", thing)
    });
}
