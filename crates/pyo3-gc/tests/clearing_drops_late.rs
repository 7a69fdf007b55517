//! Python code that runs because an object was cleared finds the object unlocked.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, PyGcIntegration, pyclass};
use std::sync::Mutex;
use support::{call_clear, collect, python, run};

/// Drops while it is borrowed.
#[pyo3::pyclass]
struct Naive {
    #[pyo3(get, set)]
    content: Option<Py<PyAny>>,
    count: usize,
}

#[pymethods]
impl Naive {
    fn bump(&mut self) -> usize {
        self.count += 1;
        self.count
    }
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.content)
    }
    fn __clear__(&mut self) {
        self.content = None;
    }
}

#[pyclass]
struct Derived {
    #[pyo3(get, set)]
    content: Option<Py<PyAny>>,
    plain: Py<PyAny>,
    many: Vec<Py<PyAny>>,
    count: usize,
}

#[pymethods]
impl Derived {
    fn bump(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

struct State {
    content: Option<Py<PyAny>>,
    count: usize,
}

struct Locked(Mutex<State>);

// SAFETY: rules 1 to 5 hold for the content. Rule 2: no detached thread takes the lock. Rule 3: it is not waited for.
unsafe impl PyGcIntegration for Locked {
    const MAY_CONTAIN_CYCLES: bool = true;
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.try_lock().map_or(Ok(()), |state| state.content.traverse(visit))
    }
    fn clear(&mut self) {
        self.0.get_mut().unwrap().content.clear();
    }
    fn unlink_shared(&self, bag: &mut Bag) {
        if let Ok(mut state) = self.0.try_lock() {
            state.content.unlink(bag);
        }
    }
}

#[pyclass(frozen)]
struct Frozen {
    state: Locked,
}

#[pymethods]
impl Frozen {
    #[setter]
    fn content(&self, content: Py<PyAny>) {
        self.state.0.lock().unwrap().content = Some(content);
    }
    fn bump(&self) -> PyResult<usize> {
        let busy = |_| pyo3::exceptions::PyRuntimeError::new_err("would deadlock");
        let mut state = self.state.0.try_lock().map_err(busy)?;
        state.count += 1;
        Ok(state.count)
    }
}

/// What `bump` of `object` says to a finaliser that runs inside `tp_clear`.
fn heard_by_a_finaliser(
    py: Python<'_>,
    object: &Bound<'_, PyAny>,
    place: impl FnOnce(Bound<'_, PyAny>),
) -> Vec<String> {
    let locals = PyDict::new(py);
    locals.set_item("object", object).unwrap();
    let code = c"
heard = []
class Last:
    def __del__(self, object=object, heard=heard):
        try: heard.append(str(object.bump()))
        except Exception as error: heard.append(str(error))
last = Last()
";
    run(py, code, &locals);
    place(locals.get_item("last").unwrap().unwrap());
    locals.del_item("last").unwrap();
    call_clear(object);
    locals.get_item("heard").unwrap().unwrap().extract().unwrap()
}

fn derived(py: Python<'_>) -> Bound<'_, Derived> {
    Bound::new(py, Derived { content: None, plain: py.None(), many: vec![], count: 0 }).unwrap()
}

#[test]
fn a_hook_that_drops_under_the_borrow_locks_the_finaliser_out() {
    python(|py| {
        let naive = Bound::new(py, Naive { content: None, count: 0 }).unwrap();
        let heard = heard_by_a_finaliser(py, &naive, |last| naive.setattr("content", last).unwrap());
        assert_eq!(heard, ["Already borrowed"]);
    });
}

#[test]
fn a_finaliser_may_use_the_object_that_was_cleared() {
    python(|py| {
        let object = derived(py);
        let heard = heard_by_a_finaliser(py, &object, |last| object.borrow_mut().content = Some(last.unbind()));
        assert_eq!(heard, ["1"], "Option");
        let heard = heard_by_a_finaliser(py, &object, |last| object.borrow_mut().plain = last.unbind());
        assert_eq!(heard, ["2"], "Py<PyAny>");
        assert!(object.borrow().plain.is_none(py));
        let heard = heard_by_a_finaliser(py, &object, |last| object.borrow_mut().many.push(last.unbind()));
        assert_eq!(heard, ["3"], "Vec");
        assert!(object.borrow().many.is_empty());
    });
}

#[test]
fn a_finaliser_may_lock_what_a_frozen_class_has_let_go_of() {
    python(|py| {
        let state = Locked(Mutex::new(State { content: None, count: 0 }));
        let object = Bound::new(py, Frozen { state }).unwrap();
        let heard = heard_by_a_finaliser(py, &object, |last| object.setattr("content", last).unwrap());
        assert_eq!(heard, ["1"]);
    });
}

/// In a collection finalisers of Python classes run before anything is cleared. A code object is not seen by the collector, so
/// it dies inside `tp_clear` of its owner, and the callback of a weak reference to it runs there.
#[test]
fn a_callback_during_a_collection_may_use_the_object() {
    python(|py| {
        let heard = |object: Bound<'_, PyAny>| -> Vec<String> {
            let locals = PyDict::new(py);
            locals.set_item("object", &object).unwrap();
            drop(object);
            let code = c"
import ctypes, weakref
heard = []
code = compile('1', '', 'eval')
address = id(object)
def callback(_, address=address, heard=heard):
    try: heard.append(str(ctypes.cast(address, ctypes.py_object).value.bump()))
    except Exception as error: heard.append(str(error))
reference = weakref.ref(code, callback)
object.content = [object, code]  # the object is older than the list, and is cleared first
del object, code
";
            run(py, code, &locals);
            collect(py);
            locals.get_item("heard").unwrap().unwrap().extract().unwrap()
        };
        assert_eq!(heard(Bound::new(py, Naive { content: None, count: 0 }).unwrap().into_any()), ["Already borrowed"]);
        assert_eq!(heard(derived(py).into_any()), ["1"]);
    });
}

#[test]
fn the_plain_clear_drops_at_once_and_leaves_valid_values() {
    python(|py| {
        let object = support::thing(py);
        let before = support::count(&object);
        let mut plain = object.clone().unbind();
        plain.clear();
        assert!(plain.is_none(py));
        let mut array = [Some(object.clone().unbind()), None];
        array.clear();
        assert!(array.iter().all(Option::is_none));
        let mut list = vec![object.clone().unbind()];
        list.clear(); // the inherent method
        PyGcIntegration::clear(&mut list);
        let mut typed = object.cast::<PyAny>().unwrap().get_type().unbind();
        typed.clear();
        assert!(typed.bind(py).is(object.get_type()), "any other `Py<T>` stays");
        assert_eq!(support::count(&object), before);
    });
}

#[test]
fn a_reference_is_cleared_on_a_thread_that_is_not_attached_too() {
    let mut plain = python(|py| support::thing(py).unbind());
    let mut bag = Bag::new();
    plain.unlink(&mut bag);
    python(|py| assert!(plain.is_none(py)));
    drop(bag);
}
