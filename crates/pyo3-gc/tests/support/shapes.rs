//! Every shape that owns a Python object, with the number of references that it keeps.
//!
//! The test file says what lies in the shapes: its type `Object` is a `Py`, or something that holds one.

#[path = "shapes_of_other_crates.rs"]
mod other_crates;

use crate::Object;
use crate::support::{Key, OnOneThread, Shape};
use pyo3::prelude::*;
use pyo3_gc::PyGcIntegration;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::num::Wrapping;
use std::ops::{Bound as End, ControlFlow, RangeInclusive};
use std::sync::OnceLock;
use std::task::Poll;

#[derive(PyGcIntegration)]
struct Named {
    callback: Option<Object>,
    count: usize,
}

#[derive(PyGcIntegration)]
struct Unnamed(Option<Object>, u8, Vec<Object>);

#[derive(PyGcIntegration)]
enum Choice {
    Nothing,
    One(Option<Object>),
    Both { first: Vec<Object>, text: &'static str, second: Option<Object> },
}

#[derive(PyGcIntegration)]
struct Generic<A, B: Clone, const N: usize> {
    first: A,
    many: [Vec<A>; N],
    marker: PhantomData<B>,
}

trait Kind {
    type Stored;
}

struct Text;

impl Kind for Text {
    type Stored = Option<Object>;
}

#[derive(PyGcIntegration)]
struct Projected<K: Kind> {
    short: K::Stored,
    full: Vec<<K as Kind>::Stored>,
}

#[derive(PyGcIntegration)]
struct Tree {
    children: Vec<Tree>,
    left: Option<Box<Self>>,
    value: Option<Object>,
}

#[derive(PyGcIntegration)]
struct Chain<T> {
    next: Option<Box<Chain<T>>>,
    value: T,
}

/// Two types that contain each other; the field with a `Py` ends the search for the constant.
#[derive(PyGcIntegration)]
struct Outer {
    inner: Option<Box<Inner>>,
    value: Option<Object>,
    name: Option<Py<PyAny>>,
}

#[derive(PyGcIntegration)]
struct Inner {
    outer: Vec<Outer>,
    value: Option<Object>,
    name: Option<Py<PyAny>>,
}

/// The same without a `Py` in sight: one of the two has to say it.
#[derive(PyGcIntegration)]
#[pyo3_gc(may_contain_cycles = true)]
struct Folder {
    entries: Vec<Entry>,
}

#[derive(PyGcIntegration)]
struct Entry {
    folder: Option<Box<Folder>>,
    named: Named,
}

#[derive(PyGcIntegration)]
struct Borrowing<'a, T: 'a> {
    name: &'a str,
    value: Option<T>,
}

#[derive(PyGcIntegration)]
struct Input(Object);

impl std::io::Read for Input {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }
}

#[derive(PyGcIntegration)]
struct Output(Object);

impl std::io::Write for Output {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        Ok(buffer.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

trait Handler: pyo3_gc::DynGcIntegration + Send + Sync {}

pyo3_gc::integrate_dyn!(dyn Handler);

#[derive(PyGcIntegration)]
struct Callback(Object);

impl Handler for Callback {}

type Make = fn(&dyn Fn() -> Object) -> Box<dyn Shape>;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Makes a value; each call of the argument is one reference to the same object.
    pub(crate) make: Make,
    /// How many references the value keeps.
    pub(crate) references: usize,
    /// How many of them lie where nobody may change anything in its place, because of a hash or a rank.
    #[allow(dead_code, reason = "not every test file asks")]
    pub(crate) fixed: usize,
}

macro_rules! cases {
    ($($(#[$cfg:meta])? $name:literal, $references:literal $(, fixed $fixed:literal)?: |$object:ident| $value:expr;)*) => {
        vec![$(
            $(#[$cfg])?
            Case { name: $name, references: $references, fixed: 0 $(+ $fixed)?, make: |$object| Box::new($value) },
        )*]
    };
}
pub(crate) use cases;

pub(crate) fn all() -> Vec<Case> {
    let mut all = own();
    all.extend(other_crates::all());
    all
}

fn own() -> Vec<Case> {
    let _ = Choice::Nothing;
    cases! {
        "Py<PyAny>", 1: |object| object();
        "Option<Py<PyAny>>", 1: |object| Some(object());
        "Option<Option<Py<PyAny>>>", 1: |object| Some(Some(object()));
        "Box<Py<PyAny>>", 1: |object| Box::new(object());
        "Vec<Box<dyn Handler>>", 2: |object| {
            let handlers: Vec<Box<dyn Handler>> = vec![Box::new(Callback(object())), Box::new(Callback(object()))];
            handlers
        };
        "Box<[Py<PyAny>]>", 2: |object| vec![object(), object()].into_boxed_slice();
        "[Option<Py<PyAny>>; 3]", 3: |object| [Some(object()), Some(object()), Some(object())];
        "Vec<Py<PyAny>>", 3: |object| vec![object(), object(), object()];
        "Vec<Vec<Option<Py<PyAny>>>>", 2: |object| vec![vec![Some(object())], vec![None, Some(object())]];
        "Wrapping<Py<PyAny>>", 1: |object| Wrapping(object());
        "Range<Py<PyAny>>", 2: |object| object()..object();
        "RangeFrom<Py<PyAny>>", 1: |object| object()..;
        "RangeTo<Py<PyAny>>", 1: |object| ..object();
        "RangeToInclusive<Py<PyAny>>", 1: |object| ..=object();
        "Option<RangeInclusive<Py<PyAny>>>", 2: |object| Some(RangeInclusive::new(object(), object()));
        "VecDeque<Py<PyAny>>", 2: |object| VecDeque::from([object(), object()]);
        "LinkedList<Py<PyAny>>", 2: |object| LinkedList::from([object(), object()]);
        "BinaryHeap<Key>", 2, fixed 2: |object| BinaryHeap::from([Key(1, object()), Key(2, object())]);
        "BTreeSet<Key>", 2, fixed 2: |object| BTreeSet::from([Key(1, object()), Key(2, object())]);
        "HashSet<Key>", 2, fixed 2: |object| HashSet::from([Key(1, object()), Key(2, object())]);
        "BTreeMap, values", 2: |object| BTreeMap::from([(1, object()), (2, object())]);
        "BTreeMap, keys", 2, fixed 2: |object| BTreeMap::from([(Key(1, object()), 1), (Key(2, object()), 2)]);
        "BTreeMap, both", 2, fixed 1: |object| BTreeMap::from([(Key(1, object()), object())]);
        "HashMap, values", 2: |object| HashMap::from([(1, object()), (2, object())]);
        "HashMap, keys", 2, fixed 2: |object| HashMap::from([(Key(1, object()), 1), (Key(2, object()), 2)]);
        "HashMap, both", 2, fixed 1: |object| HashMap::from([(Key(1, object()), Some(object()))]);
        "Result, Ok", 1: |object| Ok::<_, String>(object());
        "Result, Err", 1: |object| Err::<Option<Object>, _>(object());
        "ControlFlow, Break", 1: |object| ControlFlow::<_, u8>::Break(object());
        "ControlFlow, Continue", 1: |object| ControlFlow::<Object, _>::Continue(Some(object()));
        "Poll<Py<PyAny>>", 1: |object| Poll::Ready(object());
        "Bound, included and excluded", 2: |object| [End::Included(object()), End::Excluded(object()), End::Unbounded];
        "Reverse<Py<PyAny>>", 1: |object| Reverse(object());
        "Cow, owned", 1: |object| Cow::<'static, Key<Object>>::Owned(Key(1, object()));
        "tuple of 1", 1: |object| (object(),);
        "tuple of 3", 2: |object| (object(), 1, Some(object()));
        "tuple of 12", 12: |object| (
            object(), object(), object(), object(), object(), object(),
            object(), object(), object(), object(), object(), object(),
        );
        "RefCell<Py<PyAny>>", 1: |object| OnOneThread(RefCell::new(object()));
        "OnceCell<Py<PyAny>>", 1: |object| OnOneThread(OnceCell::from(object()));
        "OnceLock<Py<PyAny>>", 1: |object| OnceLock::from(object());
        "PyOnceLock<Py<PyAny>>", 1: |object| {
            let cell = pyo3::sync::PyOnceLock::new();
            Python::attach(|py| assert!(cell.set(py, object()).is_ok()));
            cell
        };
        "vec::IntoIter<Py<PyAny>>", 2: |object| vec![object(), object()].into_iter();
        "array::IntoIter<Py<PyAny>>", 2: |object| [object(), object()].into_iter();
        "AssertUnwindSafe<Py<PyAny>>", 1: |object| std::panic::AssertUnwindSafe(object());
        "Option<Cursor<Py<PyAny>>>", 1: |object| Some(std::io::Cursor::new(object()));
        "Option<BufReader<Input>>", 1: |object| Some(std::io::BufReader::new(Input(object())));
        "Option<BufWriter<Output>>", 1: |object| Some(std::io::BufWriter::new(Output(object())));
        "Option<LineWriter<Output>>", 1: |object| Some(std::io::LineWriter::new(Output(object())));
        "Saturating<Py<PyAny>>", 1: |object| std::num::Saturating(object());
        "Pin<Box<RefCell<Py<PyAny>>>>", 1: |object| Box::pin(OnOneThread(RefCell::new(object())));
        "struct with names", 1: |object| Named { callback: Some(object()), count: 1 };
        "tuple struct", 3: |object| Unnamed(Some(object()), 1, vec![object(), object()]);
        "enum, tuple variant", 1: |object| Choice::One(Some(object()));
        "enum, named variant", 2: |object| Choice::Both { first: vec![object()], text: "", second: Some(object()) };
        "generic struct", 3: |object| Generic::<_, String, 2> {
            first: Some(object()), many: [vec![Some(object())], vec![Some(object())]], marker: PhantomData,
        };
        "projections", 2: |object| Projected::<Text> { short: Some(object()), full: vec![Some(object())] };
        "type that contains itself", 3: |object| Tree {
            children: vec![Tree { children: vec![], left: None, value: Some(object()) }],
            left: Some(Box::new(Tree { children: vec![], left: None, value: Some(object()) })),
            value: Some(object()),
        };
        "generic type that contains itself", 2: |object| Chain {
            next: Some(Box::new(Chain { next: None, value: Some(object()) })), value: Some(object()),
        };
        "types that contain each other", 3: |object| Outer {
            inner: Some(Box::new(Inner {
                outer: vec![Outer { inner: None, value: Some(object()), name: None }],
                value: Some(object()),
                name: None,
            })),
            value: Some(object()),
            name: None,
        };
        "types that contain each other, said by hand", 2: |object| Folder {
            entries: vec![Entry {
                folder: Some(Box::new(Folder {
                    entries: vec![Entry { folder: None, named: Named { callback: Some(object()), count: 0 } }],
                })),
                named: Named { callback: Some(object()), count: 0 },
            }],
        };
        "struct with a lifetime", 1: |object| Borrowing { name: "static", value: Some(object()) };
    }
}
