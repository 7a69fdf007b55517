//! What lies in a cell is seen and let go of through a shared reference, and collections are emptied without a comparison.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyDict;
use pyo3_gc::{Bag, PyGcIntegration, pyclass};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use support::{DropGuard, Holder, Key, Shape, call_clear, collect, count, drop_check, python, reported, run, thing};

type Object = Option<Py<PyAny>>;

#[derive(PyGcIntegration)]
struct Part {
    slot: RefCell<Object>,
    number: Cell<u8>,
}

#[pyclass(frozen, unsendable)]
struct Frozen {
    by_name: HashMap<String, Part>,
    _guard: DropGuard,
}

fn part(object: Object) -> Part {
    Part { slot: RefCell::new(object), number: Cell::new(7) }
}

#[test]
fn a_frozen_class_is_cleared_through_a_cell_deep_inside() {
    python(|py| {
        let (guard, check) = drop_check();
        let by_name = HashMap::from([("one".to_owned(), part(None))]);
        let frozen = Bound::new(py, Frozen { by_name, _guard: guard }).unwrap();
        frozen.borrow().by_name["one"].slot.replace(Some(frozen.clone().into_any().unbind()));
        assert_eq!(reported(&frozen, &frozen), 1);
        assert_eq!(frozen.borrow().by_name["one"].number.get(), 7);
        drop(frozen);
        check.assert_collected(py, "Frozen");
    });
}

#[test]
fn what_a_cell_holds_while_it_is_borrowed_is_left_alone() {
    python(|py| {
        let (guard, check) = drop_check();
        let by_name = HashMap::from([(String::new(), part(None))]);
        let frozen = Bound::new(py, Frozen { by_name, _guard: guard }).unwrap();
        let value = frozen.borrow();
        let slot = &value.by_name[""].slot;
        slot.replace(Some(frozen.clone().into_any().unbind()));

        let mut borrow = slot.borrow_mut();
        assert_eq!(reported(&frozen, &frozen), 0, "borrowed mutably");
        collect(py);
        call_clear(&frozen);
        assert!(borrow.as_mut().is_some_and(|object| object.bind(py).is(&frozen)));
        drop(borrow);

        let borrow = slot.borrow();
        assert_eq!(reported(&frozen, &frozen), 1, "borrowed");
        call_clear(&frozen);
        assert!(borrow.is_some());
        drop(borrow);

        drop((value, frozen));
        check.assert_collected(py, "Frozen");
    });
}

#[test]
fn what_is_borrowed_is_not_reported() {
    python(|py| {
        let object = thing(py);
        let key: &'static Key = Box::leak(Box::new(Key(1, object.clone().unbind())));
        let before = count(&object);
        let (holder, _check) = Holder::new(py, Box::new(Cow::Borrowed(key)));
        assert_eq!(reported(&holder, &object), 0);
        call_clear(&holder);
        assert_eq!(count(&object), before);
    });
}

#[test]
fn a_text_of_python_is_reported_and_collected() {
    python(|py| {
        let locals = PyDict::new(py);
        run(py, c"class Text(str): pass\ntext = Text('text')", &locals);
        let text = locals.get_item("text").unwrap().unwrap();
        drop(locals);
        let (holder, check) = Holder::new(py, Box::new(text.extract::<PyBackedStr>().unwrap()));
        assert_eq!(reported(&holder, &text), 1);
        call_clear(&holder);
        assert_eq!(reported(&holder, &text), 1, "the text must stay");
        text.setattr("holder", &holder).unwrap();
        drop((holder, text));
        check.assert_collected(py, "PyBackedStr");
    });
}

/// A key that may be compared only until `ARMED`.
#[derive(PyGcIntegration)]
struct Shy(u8, Object);

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

impl Shy {
    fn number(&self) -> u8 {
        assert!(!ARMED.get(), "nobody may compare");
        self.0
    }
}

impl PartialEq for Shy {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Shy {}

impl PartialOrd for Shy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Shy {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl Hash for Shy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

#[test]
fn emptying_compares_nothing() {
    python(|py| {
        let object = thing(py);
        let before = count(&object);
        let keys = || [1, 2, 3].map(|number| Shy(number, Some(object.clone().unbind())));
        let entries = || keys().map(|key| (key, 1));
        let shapes = || -> Vec<Box<dyn Shape>> {
            vec![
                Box::new(BinaryHeap::from(keys())),
                Box::new(BTreeSet::from(keys())),
                Box::new(HashSet::from(keys())),
                Box::new(BTreeMap::from(entries())),
                Box::new(HashMap::from(entries())),
                #[cfg(feature = "ahash")]
                Box::new(ahash::AHashMap::from(entries())),
                #[cfg(feature = "ahash")]
                Box::new(ahash::AHashSet::from(keys())),
                #[cfg(feature = "hashbrown")]
                Box::new(hashbrown::HashMap::<_, _>::from_iter(entries())),
                #[cfg(feature = "hashbrown")]
                Box::new(hashbrown::HashSet::<_>::from_iter(keys())),
                #[cfg(feature = "indexmap")]
                Box::new(indexmap::IndexMap::from(entries())),
                #[cfg(feature = "indexmap")]
                Box::new(indexmap::IndexSet::from(keys())),
            ]
        };
        let (plain, bagged) = (shapes(), shapes());
        let half = plain.len() * 3;
        assert_eq!(count(&object), before + 2 * half);
        ARMED.set(true);
        for mut shape in plain {
            PyGcIntegration::clear(&mut shape);
        }
        assert_eq!(count(&object), before + half);
        for shape in bagged {
            let (holder, _check) = Holder::new(py, shape);
            assert_eq!(reported(&holder, &object), 3);
            let mut bag = Bag::new();
            PyGcIntegration::unlink(&mut holder.borrow_mut().shape, &mut bag);
            assert_eq!(reported(&holder, &object), 0);
            drop(bag);
        }
        assert_eq!(count(&object), before);
        ARMED.set(false);
    });
}

/// Compiles: no container asks for more than what its content has to say.
#[test]
fn no_bound_is_needed_but_that_of_the_content() {
    fn takes_part<T: PyGcIntegration>() -> bool {
        T::MAY_CONTAIN_CYCLES
    }
    fn all<K: PyGcIntegration, V: PyGcIntegration, S>() -> [bool; 5] {
        [
            takes_part::<HashMap<K, V, S>>(),
            takes_part::<BTreeMap<K, V>>(),
            takes_part::<HashSet<K, S>>(),
            takes_part::<BTreeSet<K>>(),
            takes_part::<BinaryHeap<K>>(),
        ]
    }
    assert_eq!(all::<f64, Object, fn()>(), [true, true, false, false, false]);
}
