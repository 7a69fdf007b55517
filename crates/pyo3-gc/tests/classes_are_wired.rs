//! The attribute installs both hooks, whatever else the class is.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, PyGcIntegration, pyclass};
use std::sync::Mutex;
use support::{DropCheck, DropGuard, call_clear, collect, drop_check, python, reported, run, thing};

type Object = Option<Py<PyAny>>;

/// No methods at all.
#[pyclass]
struct Bare {
    #[pyo3(get, set)]
    next: Object,
    _guard: DropGuard,
}

// PyO3's own block of methods, above the class.
#[pymethods]
impl Base {
    fn push(&mut self, object: Py<PyAny>) {
        self.children.push(object);
    }
}

#[pyclass(subclass, dict, weakref)]
struct Base {
    #[pyo3(get, set)]
    next: Object,
    children: Vec<Py<PyAny>>,
    guard: Option<DropGuard>,
}

#[pyclass(extends = Base, subclass)]
struct Child {
    #[pyo3(get, set)]
    other: Object,
}

#[pymethods]
impl Child {
    #[new]
    fn new() -> PyClassInitializer<Self> {
        let base = Base { next: None, children: Vec::new(), guard: None };
        PyClassInitializer::from(base).add_subclass(Self { other: None })
    }
    fn watch(slf: &Bound<'_, Self>, watch: &Bound<'_, Watch>) {
        slf.as_super().borrow_mut().guard = watch.borrow_mut().0.take();
    }
}

/// Carries a guard into an object that Python code made.
#[pyclass]
struct Watch(Option<DropGuard>);

/// A slot behind a lock, for frozen classes. The tests lock it on attached threads only.
struct Slot(Mutex<Object>);

// SAFETY: rules 1 to 5 hold for the content. Rule 2: no detached thread takes the lock. Rule 3: a lock that is taken is not
// waited for.
unsafe impl PyGcIntegration for Slot {
    const MAY_CONTAIN_CYCLES: bool = true;
    fn traverse(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.try_lock().map_or(Ok(()), |content| content.traverse(visit))
    }
    fn clear(&mut self) {
        self.0.get_mut().unwrap().clear();
    }
    fn unlink(&mut self, bag: &mut Bag) {
        self.0.get_mut().unwrap().unlink(bag);
    }
    fn unlink_shared(&self, bag: &mut Bag) {
        if let Ok(mut content) = self.0.try_lock() {
            content.unlink(bag);
        }
    }
}

/// The lock lies deep inside, so that every type on the way has to pass the call on.
#[pyclass(frozen)]
struct Frozen {
    slots: Option<Box<[[Slot; 1]]>>,
    _guard: DropGuard,
}

#[pymethods]
impl Frozen {
    fn set(&self, object: Py<PyAny>) {
        *self.slots.as_ref().unwrap()[0][0].0.lock().unwrap() = Some(object);
    }
}

/// A frozen class without a lock has nothing that could be cleared.
#[pyclass(frozen)]
struct Constant {
    object: Py<PyAny>,
    _guard: DropGuard,
}

#[pyclass(unsendable, dict)]
struct Unsendable {
    #[pyo3(get, set)]
    next: Object,
    _guard: DropGuard,
    _not_send: std::marker::PhantomData<*const u8>,
}

/// Always frozen; a class per variant.
#[pyclass]
enum Shape {
    Circle { centre: Py<PyAny>, radius: f64 },
    Tagged(i64, Py<PyAny>),
    Empty(),
}

#[pyclass(eq, eq_int)]
#[derive(PartialEq, Clone)]
enum Simple {
    One,
    Two,
}

/// The attribute and a field under a condition.
#[cfg_attr(all(), pyclass)]
struct Conditional {
    #[pyo3(get, set)]
    next: Object,
    #[cfg(any())]
    gone: NoSuchType,
    _guard: DropGuard,
}

#[derive(Clone)]
#[pyclass]
#[pyo3(name = "Renamed", frozen)]
struct Options {
    #[pyo3(get)]
    number: usize,
}

/// No derive and no hooks.
#[pyclass(derive_gc = false)]
struct Off {
    #[pyo3(get, set)]
    next: Object,
    _guard: DropGuard,
}

/// No derive, and hooks by hand.
#[pyclass(derive_gc = false)]
struct ByHand {
    #[pyo3(get, set)]
    next: Object,
    _guard: DropGuard,
}

#[pymethods]
impl ByHand {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.next)
    }
    fn __clear__(&mut self) {
        self.next = None;
    }
}

/// Visited, never cleared.
#[pyclass(clear_gc = false)]
struct Kept {
    #[pyo3(get, set)]
    next: Object,
    _guard: DropGuard,
}

/// The same where `#[pymodule]` reads the arguments. What it clears itself is its own affair.
#[pyclass]
#[pyo3_gc(clear_gc = false)]
struct ClearByHand {
    #[pyo3(get, set)]
    next: Object,
    cleared: bool,
}

#[pymethods]
impl ClearByHand {
    fn __clear__(&mut self) {
        self.cleared = true;
    }
}

/// An object of a class whose attribute `next` can be set, with a cycle through it.
fn cycle<T>(py: Python<'_>, make: impl FnOnce(DropGuard) -> T) -> DropCheck
where
    T: pyo3::PyClass + Into<PyClassInitializer<T>>,
{
    let (guard, check) = drop_check();
    let object = Bound::new(py, make(guard)).unwrap().into_any();
    let other = thing(py);
    other.setattr("back", &object).unwrap();
    object.setattr("next", &other).unwrap();
    assert_eq!(object.getattr("next").unwrap().as_ptr(), other.as_ptr());
    check
}

#[test]
fn a_class_without_methods_is_collected() {
    python(|py| cycle(py, |guard| Bare { next: None, _guard: guard }).assert_collected(py, "Bare"));
}

#[test]
fn a_class_under_a_condition_is_collected() {
    python(|py| cycle(py, |guard| Conditional { next: None, _guard: guard }).assert_collected(py, "Conditional"));
}

#[test]
fn an_unsendable_class_is_collected_on_its_thread() {
    python(|py| {
        cycle(py, |guard| Unsendable { next: None, _guard: guard, _not_send: std::marker::PhantomData })
            .assert_collected(py, "Unsendable");
    });
}

#[test]
fn an_unsendable_object_is_left_alone_on_other_threads() {
    python(|py| {
        let make = |guard| Unsendable { next: None, _guard: guard, _not_send: std::marker::PhantomData };
        let check = cycle(py, make);
        let locals = PyDict::new(py);
        let code = c"
import gc, sys, threading
heard = []
sys.unraisablehook = lambda what: heard.append(what.exc_type.__name__)
def elsewhere():
    thread = threading.Thread(target=gc.collect)
    thread.start()
    thread.join()
";
        run(py, code, &locals);
        run(py, c"elsewhere()", &locals);
        check.assert_collected(py, "a cycle through a field");

        // A cycle through the dictionary is seen on every thread, so the object is cleared there.
        let (guard, _check) = drop_check();
        locals.set_item("object", Bound::new(py, make(guard)).unwrap()).unwrap();
        run(py, c"object.itself = object; del object; elsewhere()", &locals);
        run(py, c"sys.unraisablehook = sys.__unraisablehook__", &locals);
        let heard: Vec<String> = locals.get_item("heard").unwrap().unwrap().extract().unwrap();
        assert!(!heard.contains(&"PanicException".to_owned()), "{heard:?}");
    });
}

#[test]
fn every_field_of_a_class_with_methods_is_collected() {
    python(|py| {
        for code in [c"base.next = base", c"base.push(base)", c"base.attribute = base", c"base.push([base])"] {
            let (guard, check) = drop_check();
            let base = Base { next: None, children: Vec::new(), guard: Some(guard) };
            let locals = PyDict::new(py);
            locals.set_item("base", Bound::new(py, base).unwrap()).unwrap();
            run(py, code, &locals);
            drop(locals);
            check.assert_collected(py, code.to_str().unwrap());
        }
    });
}

#[test]
fn fields_of_the_base_and_of_the_child_are_collected_also_in_python_subclasses() {
    python(|py| {
        for code in
            [c"new = Child", c"class Sub(Child): pass\nnew = Sub", c"class Sub(Child): __slots__ = ('own',)\nnew = Sub"]
        {
            for attribute in ["next", "other", "attribute"] {
                let (guard, check) = drop_check();
                let locals = PyDict::new(py);
                locals.set_item("Child", py.get_type::<Child>()).unwrap();
                locals.set_item("watch", Bound::new(py, Watch(Some(guard))).unwrap()).unwrap();
                run(py, code, &locals);
                run(py, c"object = new(); object.watch(watch); del watch", &locals);
                let object = locals.get_item("object").unwrap().unwrap();
                object.setattr(attribute, &object).unwrap();
                drop((locals, object));
                check.assert_collected(py, &format!("{code:?} through `{attribute}`"));
            }
        }
    });
}

#[test]
fn a_frozen_class_is_cleared_through_its_lock() {
    python(|py| {
        let (guard, check) = drop_check();
        let slots = Some(Box::from([[Slot(Mutex::new(None))]]));
        let frozen = Bound::new(py, Frozen { slots, _guard: guard }).unwrap();
        frozen.call_method1("set", (&frozen,)).unwrap();
        assert_eq!(reported(&frozen, &frozen), 1);
        drop(frozen);
        check.assert_collected(py, "Frozen");
    });
}

#[test]
fn a_frozen_class_without_a_lock_is_collected_if_another_object_can_be_cleared() {
    python(|py| {
        let other = thing(py);
        let (guard, check) = drop_check();
        let constant = Bound::new(py, Constant { object: other.clone().unbind(), _guard: guard }).unwrap();
        other.setattr("constant", &constant).unwrap();
        call_clear(&constant);
        assert_eq!(reported(&constant, &other), 1, "nothing to clear");
        assert!(constant.get().object.bind(py).is(&other));
        drop((other, constant));
        check.assert_collected(py, "Constant");
    });
}

#[test]
fn every_variant_of_an_enum_reports_its_object() {
    python(|py| {
        let other = thing(py);
        let centre = other.clone().unbind();
        let shapes = [Shape::Circle { centre, radius: 1.0 }, Shape::Tagged(1, other.clone().unbind()), Shape::Empty()];
        let shapes = shapes.map(|shape| Bound::new(py, shape).unwrap().into_any());
        assert_eq!(shapes.each_ref().map(|shape| reported(shape, &other)), [1, 1, 0]);
        other.setattr("shapes", shapes).unwrap();
        let weakref = py.import("weakref").unwrap().call_method1("ref", (&other,)).unwrap();
        drop(other);
        collect(py);
        assert!(weakref.call0().unwrap().is_none());
    });
}

#[test]
fn other_options_and_attributes_keep_their_meaning() {
    python(|py| {
        let options = Bound::new(py, Options { number: 7 }).unwrap();
        assert_eq!(options.get_type().name().unwrap(), "Renamed");
        assert_eq!(options.getattr("number").unwrap().extract::<usize>().unwrap(), 7);
        assert!(options.setattr("number", 8).is_err());
        assert_eq!(options.get().clone().number, 7);
        let [one, same, two] =
            [Simple::One, Simple::One, Simple::Two].map(|one| Bound::new(py, one).unwrap().into_any());
        assert!(one.eq(same).unwrap() && one.ne(two).unwrap());
    });
}

#[test]
fn a_class_that_opts_out_has_no_hooks() {
    python(|py| {
        let check = cycle(py, |guard| Off { next: None, _guard: guard });
        collect(py);
        check.assert_alive("Off");
    });
}

#[test]
fn a_class_that_opts_out_can_have_hooks_of_its_own() {
    python(|py| cycle(py, |guard| ByHand { next: None, _guard: guard }).assert_collected(py, "ByHand"));
}

#[test]
fn an_object_that_is_borrowed_survives_and_is_collected_later() {
    python(|py| {
        let (guard, check) = drop_check();
        let object = Bound::new(py, Bare { next: None, _guard: guard }).unwrap();
        object.setattr("next", &object).unwrap();
        let pointer = object.as_ptr();
        let borrow = object.borrow_mut();
        call_clear(&object);
        assert_eq!(borrow.next.as_ref().map(Py::as_ptr), Some(pointer));
        drop(borrow);
        drop(object);
        check.assert_collected(py, "Bare");
    });
}

#[test]
fn a_class_with_clear_gc_off_is_visited_and_not_cleared() {
    python(|py| {
        let (guard, check) = drop_check();
        let kept = Bound::new(py, Kept { next: None, _guard: guard }).unwrap();
        let other = thing(py);
        kept.setattr("next", &other).unwrap();
        assert_eq!(reported(&kept, &other), 1);
        // SAFETY: the type is alive, and the thread is attached.
        let slot = unsafe { pyo3::ffi::PyType_GetSlot(kept.get_type().as_type_ptr(), pyo3::ffi::Py_tp_clear) };
        assert!(slot.is_null(), "no `__clear__` is installed");
        other.setattr("back", &kept).unwrap();
        drop((kept, other));
        check.assert_collected(py, "a cycle that another object can cut");

        let check = cycle_of_kept(py);
        collect(py);
        check.assert_alive("a cycle that nobody can cut");
    });
}

fn cycle_of_kept(py: Python<'_>) -> DropCheck {
    let (guard, check) = drop_check();
    let kept = Bound::new(py, Kept { next: None, _guard: guard }).unwrap();
    kept.setattr("next", &kept).unwrap();
    check
}

#[test]
fn a_class_with_clear_gc_off_may_clear_by_hand() {
    python(|py| {
        let object = Bound::new(py, ClearByHand { next: None, cleared: false }).unwrap();
        object.setattr("next", &object).unwrap();
        call_clear(&object);
        assert!(object.borrow().cleared && object.borrow().next.is_some());
    });
}
