//! `MAY_CONTAIN_CYCLES` has the right value, and `false` means that no method is called.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use pyo3_gc::{Bag, PyGcIntegration, field, pyclass};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::{NonZero, Wrapping};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::task::Poll;
use std::time::{Duration, Instant};
use support::{Untouchable, call_clear, not_implemented, python, referents, table};

#[derive(PyGcIntegration)]
struct Unit;

#[derive(PyGcIntegration)]
struct Leaves {
    name: String,
    seen: Vec<Option<Duration>>,
}

#[derive(PyGcIntegration)]
struct Pair<A, B>(A, B);

#[derive(PyGcIntegration)]
struct Marked<T>(u8, PhantomData<T>, fn(T) -> T, fn(&str) -> usize);

#[derive(PyGcIntegration)]
enum Never {}

#[derive(PyGcIntegration)]
enum Tag {
    One,
    Two,
}

/// What the type contains is itself, so the answer is the careful one.
#[derive(PyGcIntegration)]
struct Tree {
    children: Vec<Tree>,
}

/// Borrowed it owns nothing, and owned it is a list of objects.
struct Listed;

impl ToOwned for Listed {
    type Owned = Vec<Py<PyAny>>;
    fn to_owned(&self) -> Self::Owned {
        Vec::new()
    }
}

impl std::borrow::Borrow<Listed> for Vec<Py<PyAny>> {
    fn borrow(&self) -> &Listed {
        &Listed
    }
}

#[test]
fn types_that_own_nothing_say_so() {
    table! { false:
        u8, i128, f64, bool, char, (), NonZero<u32>, Wrapping<u64>, AtomicBool, AtomicU64,
        String, str, &'static str, Box<str>, Option<Box<Path>>, PathBuf, std::ffi::OsString, Box<std::ffi::CStr>,
        Duration, Instant, std::time::SystemTime, IpAddr, std::net::SocketAddr, std::net::TcpStream,
        std::ops::Range<usize>, std::ops::RangeInclusive<char>, std::ops::RangeFull,
        PhantomData<Py<PyAny>>, std::sync::Weak<Py<PyAny>>, std::rc::Weak<str>,
        fn(), fn(u8) -> Py<PyAny>, unsafe extern "C" fn(*const u8, usize) -> i32,
        std::thread::ThreadId, std::any::TypeId, std::alloc::Layout, std::cmp::Ordering, std::convert::Infallible,
        std::fs::File, std::io::ErrorKind, std::num::ParseIntError,
        Vec<Vec<Option<[u8; 4]>>>, Box<[String]>, Option<Box<Vec<u64>>>,
        VecDeque<u8>, LinkedList<String>, BinaryHeap<f64>, BTreeSet<u8>, HashSet<f64>, BTreeMap<u8, String>,
        HashMap<String, u8>, HashMap<f64, u8, ()>, Result<u8, String>, ControlFlow<u8, char>, Poll<u8>,
        std::ops::Bound<u8>, Reverse<u8>, Cow<'static, str>, Cow<'static, [u8]>, (u8,), (u8, String),
        (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8), Pin<Box<u8>>,
        Cell<u8>, Cell<Option<Vec<u8>>>, RefCell<u8>, OnceCell<String>, OnceLock<u8>, PyOnceLock<u8>,
        Unit, Leaves, Pair<u8, String>, Marked<Py<PyAny>>, Never, Tag,
    }
}

#[test]
fn more_types_of_the_standard_library_own_nothing() {
    table! { false:
        Box<str>, Box<Path>, Box<std::ffi::OsStr>, Option<&'static [u8]>, &'static std::ffi::CStr, Box<[u8]>,
        std::vec::IntoIter<u8>, std::array::IntoIter<String, 2>, std::io::Cursor<Vec<u8>>, std::io::BufReader<std::fs::File>,
        std::io::BufWriter<std::net::TcpStream>, std::io::LineWriter<std::io::Stdout>, std::panic::AssertUnwindSafe<u8>,
        std::mem::Discriminant<Option<Py<PyAny>>>, std::thread::Builder,
        std::str::Utf8Error, std::fmt::Error, std::sync::mpsc::RecvError, std::num::TryFromIntError,
        std::net::AddrParseError, std::time::TryFromFloatSecsError, std::char::TryFromCharError,
        std::env::JoinPathsError, std::string::ParseError,
        Option<fn()>, Option<fn(u8) -> Py<PyAny>>, Option<extern "C" fn(*const u8) -> i32>, Vec<unsafe fn(Py<PyAny>)>,
        Option<fn(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8) -> u8>,
    }
}

#[test]
fn types_that_may_own_an_object_say_so() {
    table! { true:
        Py<PyAny>, Py<PyDict>, Option<Py<PyDict>>, Vec<Py<PyAny>>, Box<Py<PyAny>>, [Py<PyAny>; 0], Box<[Py<PyAny>]>,
        std::ops::Range<Py<PyAny>>, std::ops::RangeInclusive<Option<Py<PyAny>>>, Wrapping<Py<PyAny>>,
        VecDeque<Py<PyAny>>, LinkedList<Py<PyAny>>, BinaryHeap<Py<PyAny>>, BTreeSet<Py<PyAny>>, HashSet<Py<PyAny>>,
        BTreeMap<u8, Py<PyAny>>, BTreeMap<Py<PyAny>, u8>, HashMap<u8, Py<PyAny>>, HashMap<Py<PyAny>, u8, ()>,
        Result<u8, Py<PyAny>>, Result<Py<PyAny>, u8>, ControlFlow<u8, Py<PyAny>>, ControlFlow<Py<PyAny>>, Poll<Py<PyAny>>,
        std::ops::Bound<Py<PyAny>>, Reverse<Py<PyAny>>, Cow<'static, Listed>, (Py<PyAny>,), (u8, Py<PyAny>),
        (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, Py<PyAny>), Pin<Box<Py<PyAny>>>,
        RefCell<Py<PyAny>>, OnceCell<Py<PyAny>>, OnceLock<Py<PyAny>>, PyOnceLock<Py<PyAny>>, PyBackedStr,
        Pair<u8, Py<PyAny>>, Pair<Vec<Option<Py<PyAny>>>, u8>, Tree,
        std::vec::IntoIter<Py<PyAny>>, std::array::IntoIter<Py<PyAny>, 2>, std::io::Cursor<Py<PyAny>>,
        std::panic::AssertUnwindSafe<Py<PyAny>>,
    }
}

#[pyclass]
struct Elided {
    one: Untouchable,
    many: Vec<Untouchable>,
    boxed: Box<[Untouchable]>,
    pair: Pair<Untouchable, Option<Box<Untouchable>>>,
    queue: VecDeque<Untouchable>,
    by_number: BTreeMap<u8, (u8, Untouchable)>,
    numbers: HashMap<u8, (u8, Untouchable)>,
    once: OnceLock<Untouchable>,
    tuple: (Untouchable, Result<Untouchable, u8>, Cow<'static, str>),
    seen: Option<Py<PyAny>>,
}

#[test]
fn nothing_is_called_on_a_type_that_says_false() {
    let elided = || Elided {
        one: Untouchable,
        many: vec![Untouchable],
        boxed: Box::new([Untouchable]),
        pair: Pair(Untouchable, Some(Box::new(Untouchable))),
        queue: VecDeque::from([Untouchable]),
        by_number: BTreeMap::from([(1, (1, Untouchable))]),
        numbers: HashMap::from([(1, (1, Untouchable))]),
        once: OnceLock::from(Untouchable),
        tuple: (Untouchable, Ok(Untouchable), Cow::Borrowed("")),
        seen: None,
    };
    python(|py| {
        let object = Bound::new(py, elided()).unwrap();
        object.borrow_mut().seen = Some(py.NotImplemented());
        assert_eq!(referents(&object).len(), 2, "the class and one object");
        call_clear(&object);
        assert!(object.borrow().seen.is_none());
    });
    let mut value = elided();
    PyGcIntegration::clear(&mut value);
    let mut bag = Bag::new();
    value.unlink(&mut bag);
    value.unlink_shared(&mut bag);
    assert_eq!((value.queue.len(), value.by_number.len(), value.numbers.len()), (1, 1, 1));
    assert!(value.once.get().is_some() && value.tuple.1.is_ok());
    let Elided { one: mut untouchable, many, boxed, pair: Pair(_, other), .. } = value;
    field::clear(&mut untouchable);
    field::unlink(&mut untouchable, &mut bag);
    field::unlink_shared(&untouchable, &mut bag);
    assert_eq!((many.len(), boxed.len(), other.is_some()), (1, 1, true), "what owns nothing is not emptied");
}

#[test]
fn fields_of_every_form_are_used() {
    let tree = Tree { children: vec![] };
    let leaves = Leaves { name: String::new(), seen: vec![] };
    assert!(tree.children.is_empty() && leaves.name.is_empty() && leaves.seen.is_empty());
    let Marked(number, PhantomData, function, length) = Marked(1, PhantomData::<u8>, |x| x, str::len);
    assert_eq!((function(number), length("two")), (1, 3));
    assert!(matches!([Tag::One, Tag::Two], [Tag::One, Tag::Two]));
    let _ = (Unit, None::<Never>);
}

#[test]
fn what_nobody_can_look_into_does_not_take_part() {
    not_implemented! { &'static Vec<Py<PyAny>>, &'static Py<PyAny>, std::io::Error, std::task::Waker, *const Py<PyAny> }
}
