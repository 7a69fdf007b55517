//! `__gc_edges__()` names the references that the collector sees.
#![cfg(feature = "introspect")]

mod support;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3_gc::{PyGcIntegration, pyclass};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::OnceLock;
use support::{count, python, referents, thing};

type Object = Option<Py<PyAny>>;

#[derive(PyGcIntegration)]
struct State {
    slots: [Object; 2],
    name: String,
}

#[derive(PyGcIntegration)]
struct Unnamed(u8, Object);

#[derive(PyGcIntegration)]
enum Choice {
    Left { object: Object },
    Right(Vec<Unnamed>),
}

#[pyclass(subclass, dict)]
struct Session {
    #[pyo3(get, set)]
    on_close: Object,
    children: Vec<Py<PyAny>>,
    state: Box<State>,
    choices: Vec<Choice>,
}

#[pyclass]
struct Empty;

#[pyclass(derive_gc = false)]
struct Off {
    object: Object,
}

#[pyclass(extends = PyDict)]
struct Extended {
    object: Object,
}

fn session<'py>(py: Python<'py>, object: &Bound<'py, PyAny>) -> Bound<'py, Session> {
    let own = || object.clone().unbind();
    let session = Session {
        on_close: Some(own()),
        children: vec![own(), own(), own()],
        state: Box::new(State { slots: [None, Some(own())], name: String::new() }),
        choices: vec![Choice::Left { object: Some(own()) }, Choice::Right(vec![Unnamed(0, Some(own()))])],
    };
    assert!(session.state.name.is_empty());
    Bound::new(py, session).unwrap()
}

fn edges<'py>(object: &Bound<'py, PyAny>) -> Vec<(String, Bound<'py, PyAny>)> {
    object.call_method0("__gc_edges__").unwrap().extract().unwrap()
}

fn paths(object: &Bound<'_, PyAny>) -> Vec<String> {
    edges(object).into_iter().map(|(path, _)| path).collect()
}

#[track_caller]
fn assert_same_as_the_collector(object: &Bound<'_, PyAny>) {
    let seen: Vec<_> = referents(object).iter().map(|referent| referent.as_ptr()).collect();
    let named: Vec<_> = edges(object).iter().map(|(_, referent)| referent.as_ptr()).collect();
    assert_eq!(seen, named);
}

#[test]
fn every_field_has_its_path() {
    python(|py| {
        let session = session(py, &thing(py)).into_any();
        session.setattr("attribute", 1).unwrap();
        let expected = [
            "__class__",
            "__dict__",
            "on_close",
            "children[0]",
            "children[1]",
            "children[2]",
            "state.slots[1]",
            "choices[0].Left.object",
            "choices[1].Right.0[0].1",
        ];
        assert_eq!(paths(&session), expected);
        assert_same_as_the_collector(&session);
    });
}

#[pyclass]
struct Collected {
    queue: VecDeque<Object>,
    by_name: BTreeMap<&'static str, Object>,
    pair: (u8, Vec<(Object, Object)>),
    result: Result<Object, String>,
    once: OnceLock<Object>,
}

#[test]
fn the_content_of_collections_and_tuples_has_its_path() {
    python(|py| {
        let own = || Some(thing(py).unbind());
        let object = Collected {
            queue: VecDeque::from([own(), own()]),
            by_name: BTreeMap::from([("a", None), ("b", own())]),
            pair: (0, vec![(own(), own())]),
            result: Ok(own()),
            once: OnceLock::from(own()),
        };
        let object = Bound::new(py, object).unwrap().into_any();
        let expected =
            ["__class__", "queue[0]", "queue[1]", "by_name.values[1]", "pair.1[0].0", "pair.1[0].1", "result", "once"];
        assert_eq!(paths(&object), expected);
        assert_same_as_the_collector(&object);
    });
}

#[pyclass]
struct Keyed {
    by_object: HashMap<Key, Object>,
    seen: HashSet<Key>,
}

/// A key whose hash is that of an empty value.
#[derive(PyGcIntegration)]
struct Key(Object);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Key {}

impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

#[test]
fn keys_have_a_path() {
    python(|py| {
        let own = || Some(thing(py).unbind());
        let keyed = Keyed { by_object: HashMap::from([(Key(own()), own())]), seen: HashSet::from([Key(own())]) };
        let keyed = Bound::new(py, keyed).unwrap().into_any();
        assert_eq!(paths(&keyed), ["__class__", "by_object.keys[0].0", "by_object.values[0]", "seen[0].0"]);
        assert_same_as_the_collector(&keyed);
    });
}

trait Handler: pyo3_gc::DynGcIntegration + Send + Sync {}

pyo3_gc::integrate_dyn!(dyn Handler);

impl Handler for State {}

/// Makes a shape from objects.
type Make = fn(&mut dyn FnMut() -> Object) -> Box<dyn support::Shape>;

macro_rules! shapes {
    ($($(#[$cfg:meta])? |$own:ident| $shape:expr => [$($path:literal),*];)*) => {
        vec![$($(#[$cfg])? ((|$own| Box::new($shape)) as Make, &[$($path),*] as &[&str]),)*]
    };
}

#[test]
fn the_content_of_every_container_has_its_path() {
    let shapes: Vec<(Make, &[&str])> = shapes! {
        |own| {
            let handlers: Vec<Box<dyn Handler>> = vec![Box::new(State { slots: [None, own()], name: String::new() })];
            handlers
        } => ["shape[0].slots[1]"];
        |own| vec![own(), own()].into_iter() => ["shape[0]", "shape[1]"];
        #[cfg(feature = "ahash")]
        |own| ahash::AHashMap::from([(Key(own()), own())]) => ["shape.keys[0].0", "shape.values[0]"];
        #[cfg(feature = "ahash")]
        |own| ahash::AHashSet::from([Key(own())]) => ["shape[0].0"];
        #[cfg(feature = "arrayvec")]
        |own| arrayvec::ArrayVec::from([own(), own()]) => ["shape[0]", "shape[1]"];
        #[cfg(feature = "either")]
        |own| either::Either::<_, u8>::Left((0, own())) => ["shape.1"];
        #[cfg(feature = "hashbrown")]
        |own| hashbrown::HashMap::<_, _>::from_iter([(Key(own()), own())]) => ["shape.keys[0].0", "shape.values[0]"];
        #[cfg(feature = "hashbrown")]
        |own| hashbrown::HashSet::<_>::from_iter([Key(own())]) => ["shape[0].0"];
        #[cfg(feature = "indexmap")]
        |own| indexmap::IndexMap::from([("b", own()), ("a", None), ("c", own())]) => ["shape.values[0]", "shape.values[2]"];
        #[cfg(feature = "indexmap")]
        |own| indexmap::IndexSet::from([Key(own()), Key(own())]) => ["shape[0].0", "shape[1].0"];
        #[cfg(feature = "once_cell")]
        |own| once_cell::sync::OnceCell::from(vec![own()]) => ["shape[0]"];
        #[cfg(feature = "smallvec")]
        |own| smallvec::SmallVec::from([own(), own()]) => ["shape[0]", "shape[1]"];
        // The label is the number under which a slab gives out the value.
        #[cfg(feature = "slab")]
        |own| {
            let mut slab = slab::Slab::new();
            let free = slab.insert(own());
            slab.insert(own());
            slab.remove(free);
            slab
        } => ["shape[1]"];
    };
    python(|py| {
        for (make, expected) in shapes {
            let shape = make(&mut || Some(thing(py).unbind()));
            let (holder, _check) = support::Holder::new(py, shape);
            assert_eq!(paths(&holder)[1..], *expected);
            assert_same_as_the_collector(&holder);
        }
    });
}

#[test]
fn every_class_has_the_method() {
    python(|py| {
        let empty = Bound::new(py, Empty).unwrap().into_any();
        assert_eq!(paths(&empty), ["__class__"]);
        assert_same_as_the_collector(&empty);
        let off = Bound::new(py, Off { object: None }).unwrap();
        assert!(off.borrow().object.is_none());
        assert_eq!(paths(&off), ["__class__"]);
    });
}

#[test]
fn subclasses_in_python_and_of_built_in_classes_are_seen_whole() {
    python(|py| {
        let locals = PyDict::new(py);
        locals.set_item("Extended", py.get_type::<Extended>()).unwrap();
        locals.set_item("thing", thing(py)).unwrap();
        locals.set_item("Session", py.get_type::<Session>()).unwrap();
        let object = thing(py);
        let made = Py::new(py, PyClassInitializer::from(Extended { object: Some(object.clone().unbind()) }));
        let made = made.unwrap().into_bound(py).into_any();
        made.set_item("key", py.Ellipsis()).unwrap();
        assert_same_as_the_collector(&made);
        let named: Vec<_> = edges(&made).into_iter().filter(|(path, _)| path == "object").collect();
        assert!(named.len() == 1 && named[0].1.is(&object));
    });
}

#[test]
fn looking_changes_no_count() {
    python(|py| {
        let object = thing(py);
        let session = session(py, &object).into_any();
        let before = (count(&object), count(&session), count(session.get_type().as_any()));
        for _ in 0..1000 {
            drop(edges(&session));
        }
        assert_eq!((count(&object), count(&session), count(session.get_type().as_any())), before);
        assert!(session.getattr("__dict__").unwrap().is_empty().unwrap());
    });
}

#[test]
fn an_object_that_is_borrowed_shows_no_fields() {
    python(|py| {
        let session = session(py, &thing(py));
        let borrow = session.borrow_mut();
        let shown = pyo3_gc::edges(&session);
        assert!(shown.iter().all(|(path, _)| path.starts_with("__")), "the class, and the dictionary if there is one");
        drop(borrow);
        assert!(paths(&session).contains(&"children[2]".to_owned()));
    });
}
