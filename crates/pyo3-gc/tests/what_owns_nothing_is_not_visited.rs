//! `MAY_CONTAIN_CYCLES` has the right value, and `false` means that no method is called.
#![cfg(feature = "auto")]

mod support;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use pyo3_gc::{Bag, PyGcIntegration, field, may_contain_cycles, pyclass};
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
fn types_of_other_crates_that_own_nothing_say_so() {
    #[cfg(feature = "ahash")]
    table! { false: ahash::AHashMap<u8, String>, ahash::AHashSet<u8>, ahash::RandomState, ahash::AHasher }
    #[cfg(feature = "arrayvec")]
    table! { false: arrayvec::ArrayVec<u8, 4>, arrayvec::ArrayString<4> }
    #[cfg(feature = "bigdecimal")]
    table! { false: bigdecimal::BigDecimal, bigdecimal::RoundingMode }
    #[cfg(feature = "bytes")]
    table! { false: bytes::BytesMut }
    #[cfg(feature = "chrono")]
    table! { false:
        chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>, chrono::NaiveDate, chrono::NaiveDateTime,
        chrono::NaiveTime, chrono::Duration, chrono::Weekday, chrono::Utc,
    }
    #[cfg(feature = "either")]
    table! { false: either::Either<u8, String> }
    #[cfg(feature = "hashbrown")]
    table! { false: hashbrown::HashMap<f64, u8>, hashbrown::HashSet<f64>, hashbrown::HashTable<u8> }
    #[cfg(feature = "indexmap")]
    table! { false: indexmap::IndexMap<f64, u8>, indexmap::IndexSet<f64> }
    #[cfg(feature = "jiff")]
    table! { false:
        jiff::Timestamp, jiff::Zoned, jiff::Span, jiff::SignedDuration, jiff::civil::Date, jiff::civil::DateTime,
        jiff::civil::Time, jiff::tz::TimeZone, jiff::tz::Offset,
    }
    #[cfg(feature = "num-bigint")]
    table! { false: num_bigint::BigInt, num_bigint::BigUint }
    #[cfg(feature = "num-complex")]
    table! { false: num_complex::Complex<f64> }
    #[cfg(feature = "num-rational")]
    table! { false: num_rational::Ratio<i64> }
    #[cfg(feature = "once_cell")]
    table! { false:
        once_cell::unsync::OnceCell<u8>, once_cell::sync::OnceCell<String>, once_cell::sync::Lazy<String>,
        once_cell::unsync::Lazy<u8>, once_cell::race::OnceBool,
    }
    #[cfg(feature = "ordered-float")]
    table! { false: ordered_float::OrderedFloat<f32>, ordered_float::NotNan<f64> }
    #[cfg(feature = "rust_decimal")]
    table! { false: rust_decimal::Decimal }
    #[cfg(feature = "serde_json")]
    table! { false: serde_json::Value, serde_json::Number, serde_json::Map<String, serde_json::Value> }
    #[cfg(feature = "slab")]
    table! { false: slab::Slab<u8> }
    #[cfg(feature = "smallvec")]
    table! { false: smallvec::SmallVec<[u8; 4]> }
    #[cfg(feature = "time")]
    table! { false: time::Date, time::OffsetDateTime, time::PrimitiveDateTime, time::Duration, time::UtcOffset }
    #[cfg(feature = "url")]
    table! { false: url::Url, url::Host<String>, url::Origin }
    #[cfg(feature = "uuid")]
    table! { false: uuid::Uuid, uuid::NonNilUuid }
}

/// A parameter decides, in each place where it stands.
#[test]
fn types_of_other_crates_that_may_own_an_object_say_so() {
    #[cfg(feature = "ahash")]
    table! { true: ahash::AHashMap<u8, Py<PyAny>>, ahash::AHashMap<Py<PyAny>, u8>, ahash::AHashSet<Py<PyAny>> }
    #[cfg(feature = "arrayvec")]
    table! { true: arrayvec::ArrayVec<Py<PyAny>, 4> }
    #[cfg(feature = "either")]
    table! { true: either::Either<u8, Py<PyAny>>, either::Either<Py<PyAny>, u8> }
    #[cfg(feature = "hashbrown")]
    table! { true:
        hashbrown::HashMap<u8, Py<PyAny>>, hashbrown::HashMap<Py<PyAny>, u8>, hashbrown::HashSet<Py<PyAny>>,
        hashbrown::HashTable<Py<PyAny>>,
    }
    #[cfg(feature = "indexmap")]
    table! { true:
        indexmap::IndexMap<u8, Py<PyAny>>, indexmap::IndexMap<Py<PyAny>, u8>, indexmap::IndexSet<Py<PyAny>>,
    }
    #[cfg(feature = "num-complex")]
    table! { true: num_complex::Complex<Py<PyAny>> }
    #[cfg(feature = "num-rational")]
    table! { true: num_rational::Ratio<Py<PyAny>> }
    #[cfg(feature = "once_cell")]
    table! { true: once_cell::unsync::OnceCell<Py<PyAny>>, once_cell::sync::OnceCell<Py<PyAny>> }
    #[cfg(feature = "ordered-float")]
    table! { true: ordered_float::OrderedFloat<Py<PyAny>> }
    #[cfg(feature = "slab")]
    table! { true: slab::Slab<Py<PyAny>> }
    #[cfg(feature = "smallvec")]
    table! { true: smallvec::SmallVec<[Py<PyAny>; 4]> }
    table! { true:
        std::vec::IntoIter<Py<PyAny>>, std::array::IntoIter<Py<PyAny>, 2>, std::io::Cursor<Py<PyAny>>,
        std::panic::AssertUnwindSafe<Py<PyAny>>,
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

/// What may hide a reference, or has another owner, does not take part at all.
#[test]
fn what_nobody_can_look_into_does_not_take_part() {
    use pyo3_gc::__private::{NotImplemented as _, Probe};
    assert!(Probe::<Vec<Py<PyAny>>>::IMPLEMENTED);
    assert!(!Probe::<&'static Vec<Py<PyAny>>>::IMPLEMENTED, "another owner reports what is borrowed");
    assert!(!Probe::<&'static Py<PyAny>>::IMPLEMENTED);
    assert!(!Probe::<std::io::Error>::IMPLEMENTED);
    #[cfg(feature = "bytes")]
    assert!(!Probe::<bytes::Bytes>::IMPLEMENTED);
    #[cfg(feature = "serde_json")]
    assert!(!Probe::<serde_json::Error>::IMPLEMENTED);
    #[cfg(feature = "jiff")]
    assert!(!Probe::<jiff::Error>::IMPLEMENTED);
}
