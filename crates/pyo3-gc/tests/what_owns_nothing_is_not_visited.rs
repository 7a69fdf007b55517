//! `MAY_CONTAIN_CYCLES` has the right value, and `false` means that no method is called.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, PyGcIntegration, field, may_contain_cycles, pyclass};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::{NonZero, Wrapping};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant};
use support::{call_clear, python, referents};

macro_rules! table {
    ($value:literal: $($type:ty),* $(,)?) => {
        $(assert_eq!(may_contain_cycles::<$type>(), $value, stringify!($type));)*
    };
}

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
        Unit, Leaves, Pair<u8, String>, Marked<Py<PyAny>>, Never, Tag,
    }
}

#[test]
fn types_that_may_own_an_object_say_so() {
    table! { true:
        Py<PyAny>, Py<PyDict>, Option<Py<PyDict>>, Vec<Py<PyAny>>, Box<Py<PyAny>>, [Py<PyAny>; 0], Box<[Py<PyAny>]>,
        std::ops::Range<Py<PyAny>>, std::ops::RangeInclusive<Option<Py<PyAny>>>, Wrapping<Py<PyAny>>,
        Pair<u8, Py<PyAny>>, Pair<Vec<Option<Py<PyAny>>>, u8>, Tree,
    }
}

/// Says `false` and cannot be asked.
struct Untouchable;

// SAFETY: rule 4: no Python reference. The panics show that nobody calls.
unsafe impl PyGcIntegration for Untouchable {
    const MAY_CONTAIN_CYCLES: bool = false;
    fn traverse(&self, _: PyVisit<'_>) -> Result<(), PyTraverseError> {
        unreachable!("traverse")
    }
    fn clear(&mut self) {
        unreachable!("clear")
    }
    fn unlink(&mut self, _: &mut Bag) {
        unreachable!("unlink")
    }
    fn unlink_shared(&self, _: &mut Bag) {
        unreachable!("unlink_shared")
    }
}

#[pyclass]
struct Elided {
    one: Untouchable,
    many: Vec<Untouchable>,
    boxed: Box<[Untouchable]>,
    pair: Pair<Untouchable, Option<Box<Untouchable>>>,
    seen: Option<Py<PyAny>>,
}

#[test]
fn nothing_is_called_on_a_type_that_says_false() {
    let elided = || Elided {
        one: Untouchable,
        many: vec![Untouchable],
        boxed: Box::new([Untouchable]),
        pair: Pair(Untouchable, Some(Box::new(Untouchable))),
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
