//! Random graphs of Rust and Python objects, and the comparison with the model.

mod build;
mod run;

use crate::classes::Class;
use crate::model::Model;
use crate::python::count;
use crate::random::Random;
use pyo3::prelude::*;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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

impl Graph<'_> {
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
