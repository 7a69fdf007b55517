//! Random graphs of Rust and Python objects, and the comparison with the model.

use crate::classes::{Class, Extra, FrozenHolder, Holder, Sentinel};
use crate::model::{Edge, Model};
use crate::python::{call_clear, collect, count, referents};
use crate::random::Random;
use crate::source::{Owned, SharedNode, Source};
use crate::{CLASSES, TYPES};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The attributes of a Python instance.
const SLOTS: [&str; 5] = ["e0", "e1", "e2", "e3", "e4"];

#[derive(Clone, Copy)]
enum Kind {
    Holder,
    Frozen,
    Class(&'static Class),
    List,
    Instance,
    /// A value with several owners.
    Shared,
    /// The `__dict__` of the object with this number.
    Attributes(usize),
}

struct Node {
    kind: Kind,
    label: String,
    pointer: *mut pyo3::ffi::PyObject,
    dropped: Arc<AtomicBool>,
    /// Objects that it reports and that are no nodes: the class, the sentinel.
    reports: Vec<usize>,
    sentinel: Option<usize>,
}

/// What a run of one graph did, so that a test can see that it was not empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// How many nodes there were.
    pub nodes: usize,
    /// How many references.
    pub edges: usize,
    /// How many nodes the first collection removed.
    pub collected: usize,
    /// How many could not be reached and had no edge that could be cut.
    pub uncut: usize,
    /// How many were borrowed during the first collection.
    pub borrowed: usize,
}

struct Graph<'py> {
    py: Python<'py>,
    random: Random,
    nodes: Vec<Node>,
    model: Model,
    /// An object that is no node.
    probe: Bound<'py, PyAny>,
    /// Another one, for fields that are left out. Nobody may report it.
    secret: Bound<'py, PyAny>,
    /// All nodes, until the roots are chosen.
    handles: Vec<Option<Bound<'py, PyAny>>>,
    /// Those that are kept during the first collection.
    roots: Vec<usize>,
}

/// Builds the graph with this number, collects, and compares.
///
/// # Errors
///
/// Says what differs from the model, and prints the graph.
pub fn check(py: Python<'_>, seed: u64, number: u64) -> Result<Done, String> {
    let mut random = Random::new(seed.wrapping_mul(0x1_0000_0001).wrapping_add(number));
    let size = if number % 2500 == 7 { 1000 } else { 2 + random.below(11) };
    let clear_first = number % 10 == 3;
    let probe = py.eval(c"object()", None, None).map_err(|error| error.to_string())?;
    let secret = py.eval(c"object()", None, None).map_err(|error| error.to_string())?;
    let before = count(&probe);
    let nodes = Vec::new();
    let mut graph =
        Graph { py, random, nodes, model: Model::default(), probe, secret, handles: Vec::new(), roots: Vec::new() };
    graph.build(size).map_err(|error| error.to_string())?;
    let described = graph.describe();
    graph.run(before, clear_first).map_err(|message| {
        format!(
            "{message}\n\n{described}roots: {:?}\nto run it alone: PYO3_GC_SEED={seed} PYO3_GC_GRAPH={number} cargo test -p pyo3-gc-soundness \
             --test graphs",
            graph.roots
        )
    })
}

fn dropped(node: &Node) -> bool {
    node.dropped.load(Ordering::SeqCst)
}

fn instance(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        let slots = PyTuple::new(py, [&SLOTS[..], &["sentinel"]].concat())?;
        let members = PyDict::new(py);
        members.set_item("__slots__", slots)?;
        let class = py.import("builtins")?.getattr("type")?.call1(("Instance", PyTuple::empty(py), members))?;
        PyResult::Ok(class.unbind())
    })?;
    class.bind(py).call0()
}

impl<'py> Graph<'py> {
    fn add(&mut self, kind: Kind, label: &str, object: Bound<'py, PyAny>, dropped: Arc<AtomicBool>) -> usize {
        let heap = !object.is_exact_instance_of::<PyList>() && !object.is_exact_instance_of::<PyDict>();
        let reports = if heap { vec![object.get_type_ptr().addr()] } else { vec![] };
        let label = label.to_owned();
        self.nodes.push(Node { kind, label, pointer: object.as_ptr(), dropped, reports, sentinel: None });
        self.model.edges.push(Vec::new());
        self.handles.push(Some(object));
        self.nodes.len() - 1
    }

    /// A node of Python's own tells by a sentinel that it has been cleared or is gone.
    fn add_python(&mut self, kind: Kind, label: &str, object: Bound<'py, PyAny>) -> PyResult<usize> {
        let (sentinel, dropped) = Sentinel::new(self.py);
        match kind {
            Kind::List => object.call_method1("append", (&sentinel,))?,
            Kind::Attributes(_) => object.call_method1("__setitem__", ("sentinel", &sentinel))?,
            _ => object.setattr("sentinel", &sentinel).map(|()| object.clone())?,
        };
        let node = self.add(kind, label, object, dropped);
        self.nodes[node].reports.push(sentinel.as_ptr().addr());
        self.nodes[node].sentinel = Some(sentinel.as_ptr().addr());
        Ok(node)
    }

    fn build(&mut self, size: usize) -> PyResult<()> {
        let py = self.py;
        let mut classes = Vec::new();
        for index in 0..size {
            let roll = if index == 0 {
                0
            } else if index == 1 {
                60
            } else {
                self.random.below(100)
            };
            match roll {
                0..35 => {
                    let (object, dropped) = Holder::empty(py);
                    self.add(Kind::Holder, "", object.into_any(), dropped);
                }
                35..50 => {
                    let (object, dropped) = FrozenHolder::empty(py);
                    self.add(Kind::Frozen, "", object.into_any(), dropped);
                }
                50..70 => {
                    self.add_python(Kind::List, "list", PyList::empty(py).into_any())?;
                }
                70..82 => {
                    let object = instance(py)?;
                    self.add_python(Kind::Instance, "instance", object)?;
                }
                _ => classes.push(self.random.pick(CLASSES)),
            }
        }
        for class in classes {
            self.add_class(class)?;
        }
        self.fill()
    }

    /// Not a dictionary, which belongs to its object alone here: PyO3 0.30 empties the dictionary of an object that it clears,
    /// whoever else uses it, where CPython lets go of the dictionary.
    fn can_be_shared(&self, node: usize) -> bool {
        !matches!(self.nodes[node].kind, Kind::Attributes(_))
    }

    /// The source gives out the probe and all nodes that can be shared.
    fn source(&mut self) -> (Source, Vec<Option<usize>>) {
        let given = (0..self.nodes.len()).filter(|&node| self.can_be_shared(node));
        let numbers: Vec<Option<usize>> = std::iter::once(None).chain(given.map(Some)).collect();
        let object = |node: &Option<usize>| {
            node.map_or(&self.probe, |node| self.handles[node].as_ref().expect("not yet chosen"))
        };
        let objects: Vec<Py<PyAny>> = numbers.iter().map(|node| object(node).clone().unbind()).collect();
        let random = Random::new(self.random.next_number());
        (Source::new(self.py, random, &objects, self.secret.clone().unbind()), numbers)
    }

    fn add_class(&mut self, class: &'static Class) -> PyResult<()> {
        let (mut source, mut numbers) = self.source();
        let (guard, dropped) = crate::classes::DropGuard::new();
        source.refuel();
        let object = (class.create)(self.py, &mut source, guard)?;
        let attributes = if class.extra == Extra::Attributes { Some(object.getattr("__dict__")?) } else { None };
        let node = self.add(Kind::Class(class), &format!("{} ({})", class.name, class.options), object, dropped);
        self.record(node, class.frozen, &mut numbers, &mut source);
        if let Some(attributes) = attributes {
            let dictionary = self.add_python(Kind::Attributes(node), "__dict__", attributes)?;
            self.model.edges[node].push(Edge { to: Some(dictionary), lets_go: false });
        }
        Ok(())
    }

    /// Adds what the source has written down.
    fn record(&mut self, node: usize, frozen: bool, numbers: &mut Vec<Option<usize>>, source: &mut Source) {
        for SharedNode { object, dropped, owned } in source.take_shared() {
            let shared = self.add(Kind::Shared, "", object.into_bound(self.py), dropped);
            numbers.push(Some(shared));
            self.add_edges(shared, true, numbers, owned);
        }
        self.add_edges(node, frozen, numbers, source.take_record());
    }

    fn add_edges(&mut self, node: usize, frozen: bool, numbers: &[Option<usize>], owned: Vec<Owned>) {
        let edge = |owned: Owned| Edge { to: numbers[owned.target], lets_go: owned.let_go_by(frozen) };
        self.model.edges[node].extend(owned.into_iter().map(edge));
    }

    /// Gives every node something to own.
    fn fill(&mut self) -> PyResult<()> {
        let (mut source, mut numbers) = self.source();
        let reach = crate::reach::Reach::default();
        for node in 0..self.nodes.len() {
            let object = self.handles[node].clone().expect("not yet chosen");
            let kind = self.nodes[node].kind;
            match kind {
                Kind::Holder | Kind::Frozen => {
                    let ty = self.random.pick(TYPES);
                    source.refuel();
                    let shape = (ty.make)(&mut source);
                    if let Ok(holder) = object.cast::<Holder>() {
                        holder.borrow_mut().shape = shape;
                    } else if let Ok(frozen) = object.cast::<FrozenHolder>() {
                        // SAFETY: attached, and the object has just been made.
                        drop(unsafe { frozen.get().frame.exchange(shape) });
                    }
                    ty.name.clone_into(&mut self.nodes[node].label);
                    self.record(node, matches!(kind, Kind::Frozen), &mut numbers, &mut source);
                    continue;
                }
                Kind::List => {
                    for _ in 0..self.random.below(4) {
                        object.call_method1("append", (source.object(reach),))?;
                    }
                }
                Kind::Instance => {
                    for name in &SLOTS[..self.random.below(4)] {
                        object.setattr(*name, source.object(reach))?;
                    }
                }
                Kind::Class(Class { extra: Extra::Slot, .. }) => object.setattr("extra", source.object(reach))?,
                Kind::Class(Class { extra: Extra::Items, .. }) | Kind::Attributes(_) => {
                    for name in &SLOTS[..self.random.below(4)] {
                        object.call_method1("__setitem__", (*name, source.object(reach)))?;
                    }
                }
                Kind::Class(_) | Kind::Shared => {}
            }
            // Python's own containers let go of everything.
            self.record(node, false, &mut numbers, &mut source);
        }
        Ok(())
    }

    fn run(&mut self, before: isize, clear_first: bool) -> Result<Done, String> {
        let mut done =
            Done { nodes: self.nodes.len(), edges: self.model.edges.iter().map(Vec::len).sum(), ..Done::default() };
        self.compare("when it is built", before)?;
        if clear_first {
            for _ in 0..2 * self.nodes.len() {
                let node = self.random.below(self.nodes.len());
                for _ in 0..2 {
                    self.clear(node)?;
                }
            }
            self.compare("after calls of tp_clear", before)?;
        }

        let mut roots: Vec<usize> = (0..self.nodes.len()).filter(|&node| self.can_be_shared(node)).collect();
        roots.retain(|_| self.random.chance(25));
        self.roots.clone_from(&roots);
        let mut borrowed = Vec::new();
        for node in 0..self.nodes.len() {
            if !roots.contains(&node) {
                self.handles[node] = None;
            } else if self.random.chance(20) && matches!(self.nodes[node].kind, Kind::Holder) {
                let handle = self.handles[node].as_ref().expect("a root");
                borrowed.extend(
                    handle
                        .cast::<Holder>()
                        .ok()
                        .and_then(|holder| holder.try_borrow_mut().ok())
                        .map(|borrow| (node, borrow)),
                );
            }
        }
        done.borrowed = borrowed.len();
        let reachable = self.model.reachable(&roots);
        collect(self.py);
        for (node, _) in &borrowed {
            let found = referents(self.handles[*node].as_ref().expect("a root"));
            if found != self.nodes[*node].reports {
                return Err(format!("node {node} is borrowed, and reports {found:x?}"));
            }
        }
        drop(borrowed);
        let stays = self.model.collect(&roots);
        self.compare_life("after the first collection", &stays, &reachable)?;
        self.handles = (0..self.nodes.len()).map(|node| stays[node].then(|| self.object(node))).collect();
        self.compare("after the first collection", before)?;
        done.collected = stays.iter().filter(|stays| !**stays).count();
        done.uncut = stays.iter().zip(&reachable).filter(|(stays, reachable)| **stays && !**reachable).count();

        self.handles.iter_mut().for_each(|handle| *handle = None);
        collect(self.py);
        let stays = self.model.collect(&[]);
        self.compare_life("after the second collection, without roots", &stays, &vec![false; stays.len()])?;
        self.cut(&stays);
        collect(self.py);
        let nothing = vec![false; stays.len()];
        self.compare_life("after everything was taken apart", &nothing, &nothing)?;
        match (count(&self.probe) - before, count(&self.secret) - before) {
            (0, 0) => Ok(done),
            (probe, secret) => {
                Err(format!("{probe} references to the probe are left, and {secret} of fields that are left out"))
            }
        }
    }

    /// The object of a node that stays.
    fn object(&self, node: usize) -> Bound<'py, PyAny> {
        // SAFETY: `compare_life` has found it alive, or the model says that it is owned by one that is.
        unsafe { Bound::from_borrowed_ptr(self.py, self.nodes[node].pointer) }
    }

    fn clear(&mut self, node: usize) -> Result<(), String> {
        let object = self.object(node);
        if !call_clear(&object) {
            return Err(format!("tp_clear of node {node} failed: {:?}", PyErr::take(self.py)));
        }
        self.forget(node);
        let owned = (0..self.nodes.len())
            .find(|&other| matches!(self.nodes[other].kind, Kind::Attributes(owner) if owner == node));
        if let Some(dictionary) = owned {
            self.forget(dictionary);
        }
        Ok(())
    }

    fn forget(&mut self, node: usize) {
        self.model.clear(node);
        let sentinel = self.nodes[node].sentinel.take();
        self.nodes[node].reports.retain(|&reported| Some(reported) != sentinel);
    }

    /// Every node that is there reports what the model says, and the probe has as many owners.
    fn compare(&self, when: &str, before: isize) -> Result<(), String> {
        for (node, handle) in self.handles.iter().enumerate() {
            let Some(object) = handle else {
                continue;
            };
            let edges = self.model.edges[node].iter();
            let address = |edge: &Edge| edge.to.map_or(self.probe.as_ptr().addr(), |to| self.nodes[to].pointer.addr());
            let mut expected: Vec<usize> = edges.map(address).chain(self.nodes[node].reports.iter().copied()).collect();
            expected.sort_unstable();
            let found = referents(object);
            if found != expected {
                return Err(format!("{when}, node {node} reports\n{found:x?}, and owns\n{expected:x?}"));
            }
        }
        let expected = before + isize::try_from(self.model.references_to_the_probe()).unwrap_or(isize::MAX);
        let found = count(&self.probe);
        if found == expected {
            Ok(())
        } else {
            Err(format!("{when}, the probe has {found} references, and {expected} owners"))
        }
    }

    /// Who is gone, and who is not.
    fn compare_life(&mut self, when: &str, stays: &[bool], reachable: &[bool]) -> Result<(), String> {
        for node in 0..self.nodes.len() {
            // The sentinel of a Python object goes when the object is cleared, and not only when it dies.
            let cleared = self.nodes[node].sentinel.is_none();
            let expected =
                if self.nodes[node].kind.tells_of_its_death() { !stays[node] } else { !reachable[node] || cleared };
            let found = dropped(&self.nodes[node]);
            if found != expected && !(cleared && found) {
                let said = if found { "gone" } else { "there" };
                return Err(format!("{when}, node {node} is {said}, and should not be"));
            }
        }
        for node in 0..self.nodes.len() {
            if !reachable[node] && stays[node] {
                self.forget(node);
            }
        }
        Ok(())
    }

    /// Takes out by hand what no clear lets go of. Every such cycle goes through a holder.
    fn cut(&mut self, stays: &[bool]) {
        let left: Vec<Bound<'py, PyAny>> =
            (0..self.nodes.len()).filter(|&node| stays[node]).map(|node| self.object(node)).collect();
        for object in &left {
            if let Ok(holder) = object.cast::<Holder>() {
                let old = std::mem::replace(&mut holder.borrow_mut().shape, Box::new(()));
                drop(old);
            } else if let Ok(frozen) = object.cast::<FrozenHolder>() {
                // SAFETY: attached, and nobody borrows the value.
                let old = unsafe { frozen.get().frame.exchange(Box::new(())) };
                drop(old);
            }
        }
    }

    fn describe(&self) -> String {
        let mut text = String::new();
        for (number, node) in self.nodes.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "node {number} at {:x}: {} {:?}", node.pointer.addr(), node.kind.name(), node.label);
            for edge in &self.model.edges[number] {
                let to = edge.to.map_or("the probe".to_owned(), |to| format!("node {to}"));
                let clear = if edge.lets_go { "let go of" } else { "kept" };
                let _ = writeln!(text, "    owns {to}, {clear} when cleared");
            }
        }
        text
    }
}

impl Kind {
    fn tells_of_its_death(self) -> bool {
        matches!(self, Self::Holder | Self::Frozen | Self::Class(_) | Self::Shared)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Holder => "holder of",
            Self::Frozen => "frozen holder of",
            Self::Class(_) => "class",
            Self::Shared => "shared value",
            Self::List | Self::Instance | Self::Attributes(_) => "Python",
        }
    }
}
