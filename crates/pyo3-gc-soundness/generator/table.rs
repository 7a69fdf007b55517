//! What a field can be: leaves, and containers of what is chosen at random. A new shape is one line here.

/// A type without parts.
pub(crate) struct Leaf {
    pub(crate) ty: &'static str,
    /// An expression; `source` and `reach` are in scope.
    pub(crate) make: &'static str,
    /// Whether it is a Python object.
    pub(crate) owns: bool,
}

/// A type with parts `{0}`, `{1}`, ...
pub(crate) struct Shape {
    pub(crate) ty: &'static str,
    /// An expression; each `{0}` in it makes a part, and may be evaluated any number of times.
    pub(crate) make: &'static str,
    /// The step of `Reach` for each part.
    pub(crate) through: &'static [&'static str],
    /// How many parts of each kind a value has for certain.
    pub(crate) weight: usize,
    /// Whether it owns an object whatever its parts are.
    pub(crate) owns: bool,
}

const fn owned(ty: &'static str, make: &'static str) -> Leaf {
    Leaf { ty, make, owns: true }
}

const fn leaf(ty: &'static str, make: &'static str) -> Leaf {
    Leaf { ty, make, owns: false }
}

pub(crate) const OBJECTS: &[Leaf] = &[
    owned("Py<PyAny>", "source.object(reach)"),
    owned("Py<PyAny>", "source.object(reach)"),
    owned("Py<PyAny>", "source.object(reach)"),
    owned("Option<Py<PyAny>>", "{ let reach = reach.emptied(); source.flip().then(|| source.object(reach)) }"),
    owned("Option<Py<Holder>>", "{ let reach = reach.emptied(); source.flip().then(|| source.holder(reach)) }"),
    owned("Py<Holder>", "source.holder(reach)"),
    owned("Py<PyList>", "source.list(reach)"),
];

pub(crate) const LEAVES: &[Leaf] = &[
    leaf("u8", "7"),
    leaf("f64", "0.5"),
    leaf("char", "'x'"),
    leaf("()", "()"),
    leaf("String", "source.text()"),
    leaf("&'static str", "\"text\""),
    leaf("std::borrow::Cow<'static, str>", "std::borrow::Cow::Borrowed(\"text\")"),
    leaf("std::path::PathBuf", "std::path::PathBuf::from(\"path\")"),
    leaf("std::time::Duration", "std::time::Duration::ZERO"),
    leaf("std::sync::atomic::AtomicUsize", "std::sync::atomic::AtomicUsize::new(1)"),
    leaf("std::sync::Weak<OnOneThread<Py<PyAny>>>", "std::sync::Weak::new()"),
    leaf("std::marker::PhantomData<Py<PyAny>>", "std::marker::PhantomData"),
    leaf("OnOneThread<std::cell::Cell<u32>>", "OnOneThread(std::cell::Cell::new(1))"),
    leaf("std::num::NonZero<u32>", "std::num::NonZero::<u32>::MIN"),
    leaf("Vec<Option<String>>", "vec![Some(source.text()), None]"),
    leaf("fn() -> Py<PyAny>", "(|| unreachable!()) as fn() -> Py<PyAny>"),
];

const fn shape(ty: &'static str, through: &'static [&'static str], weight: usize, make: &'static str) -> Shape {
    Shape { ty, make, through, weight, owns: false }
}

pub(crate) const SHAPES: &[Shape] = &[
    shape("Option<{0}>", &["emptied"], 0, "if source.flip() { Some({0}) } else { None }"),
    shape("Vec<{0}>", &["emptied"], 0, "(0..source.length()).map(|_| {0}).collect::<Vec<_>>()"),
    shape("Box<{0}>", &["place"], 1, "Box::new({0})"),
    shape("Box<[{0}]>", &["place"], 0, "(0..source.length()).map(|_| {0}).collect::<Box<[_]>>()"),
    shape("[{0}; 2]", &["place"], 2, "[{0}, {0}]"),
    shape("({0},)", &["place"], 1, "({0},)"),
    shape("({0}, u8, {1})", &["place", "place"], 1, "({0}, 1, {1})"),
    shape("({0}, {1}, {2})", &["place", "place", "place"], 1, "({0}, {1}, {2})"),
    shape("Result<{0}, {1}>", &["place", "place"], 1, "if source.flip() { Ok({0}) } else { Err({1}) }"),
    shape(
        "std::ops::ControlFlow<{0}, {1}>",
        &["place", "place"],
        1,
        "if source.flip() { std::ops::ControlFlow::Break({0}) } else { std::ops::ControlFlow::Continue({1}) }",
    ),
    shape(
        "std::task::Poll<{0}>",
        &["place"],
        0,
        "if source.flip() { std::task::Poll::Ready({0}) } else { std::task::Poll::Pending }",
    ),
    shape(
        "std::ops::Bound<{0}>",
        &["place"],
        1,
        "match source.variant(3) { 0 => std::ops::Bound::Included({0}), 1 => std::ops::Bound::Excluded({0}), _ => std::ops::Bound::Unbounded }",
    ),
    shape("std::borrow::Cow<'static, View<{0}>>", &["place"], 1, "std::borrow::Cow::Owned(Full(View({0})))"),
    shape("std::cmp::Reverse<{0}>", &["place"], 1, "std::cmp::Reverse({0})"),
    shape("std::num::Wrapping<{0}>", &["place"], 1, "std::num::Wrapping({0})"),
    shape("std::ops::Range<{0}>", &["place"], 2, "{0}..{0}"),
    shape("std::ops::RangeFrom<{0}>", &["place"], 1, "{0}.."),
    shape("std::ops::RangeTo<{0}>", &["place"], 1, "..{0}"),
    shape("std::ops::RangeInclusive<{0}>", &["pinned"], 2, "{0}..={0}"),
    shape("std::pin::Pin<Box<{0}>>", &["pinned"], 1, "Box::pin({0})"),
    shape(
        "std::collections::VecDeque<{0}>",
        &["emptied"],
        0,
        "(0..source.length()).map(|_| {0}).collect::<std::collections::VecDeque<_>>()",
    ),
    shape(
        "std::collections::LinkedList<{0}>",
        &["emptied"],
        0,
        "(0..source.length()).map(|_| {0}).collect::<std::collections::LinkedList<_>>()",
    ),
    shape(
        "std::collections::BTreeMap<u32, {0}>",
        &["emptied"],
        0,
        "(0..source.length()).map(|_| (source.number(), {0})).collect::<std::collections::BTreeMap<_, _>>()",
    ),
    shape(
        "std::collections::HashMap<String, {0}>",
        &["emptied"],
        0,
        "(0..source.length()).map(|_| (source.text(), {0})).collect::<std::collections::HashMap<_, _>>()",
    ),
    shape(
        "std::collections::BTreeMap<Keyed<{0}>, {1}>",
        &["keyed", "emptied"],
        0,
        "(0..source.length()).map(|_| (Keyed(source.number(), {0}), {1})).collect::<std::collections::BTreeMap<_, _>>()",
    ),
    shape(
        "std::collections::HashMap<Keyed<{0}>, {1}>",
        &["keyed", "emptied"],
        0,
        "(0..source.length()).map(|_| (Keyed(source.number(), {0}), {1})).collect::<std::collections::HashMap<_, _>>()",
    ),
    shape(
        "std::collections::BTreeSet<Keyed<{0}>>",
        &["keyed"],
        0,
        "(0..source.length()).map(|_| Keyed(source.number(), {0})).collect::<std::collections::BTreeSet<_>>()",
    ),
    shape(
        "std::collections::HashSet<Keyed<{0}>>",
        &["keyed"],
        0,
        "(0..source.length()).map(|_| Keyed(source.number(), {0})).collect::<std::collections::HashSet<_>>()",
    ),
    shape(
        "std::collections::BinaryHeap<Keyed<{0}>>",
        &["keyed"],
        0,
        "(0..source.length()).map(|_| Keyed(source.number(), {0})).collect::<std::collections::BinaryHeap<_>>()",
    ),
    shape("OnOneThread<std::cell::RefCell<{0}>>", &["cell"], 1, "OnOneThread(std::cell::RefCell::new({0}))"),
    shape(
        "OnOneThread<std::cell::RefCell<Option<{0}>>>",
        &["cell().emptied"],
        1,
        "OnOneThread(std::cell::RefCell::new(Some({0})))",
    ),
    shape(
        "OnOneThread<std::cell::OnceCell<{0}>>",
        &["emptied"],
        0,
        "OnOneThread(if source.flip() { std::cell::OnceCell::from({0}) } else { std::cell::OnceCell::new() })",
    ),
    shape(
        "std::sync::OnceLock<{0}>",
        &["emptied"],
        0,
        "if source.flip() { std::sync::OnceLock::from({0}) } else { std::sync::OnceLock::new() }",
    ),
    shape(
        "pyo3::sync::PyOnceLock<{0}>",
        &["emptied"],
        0,
        "if source.flip() { once({0}) } else { pyo3::sync::PyOnceLock::new() }",
    ),
    shape("pyo3_gc::GcMutex<{0}>", &["cell"], 1, "pyo3_gc::GcMutex::new({0})"),
    shape("pyo3_gc::GcMutex<Option<{0}>>", &["cell().emptied"], 1, "pyo3_gc::GcMutex::new(Some({0}))"),
    shape("pyo3_gc::GcRwLock<Vec<{0}>>", &["cell().emptied"], 2, "pyo3_gc::GcRwLock::new(vec![{0}, {0}])"),
    Shape {
        ty: "pyo3_gc::GcArc<Guarded<{0}>>",
        through: &["shared"],
        weight: 1,
        make: "source.share(reach, |source| {0})",
        owns: true,
    },
];
