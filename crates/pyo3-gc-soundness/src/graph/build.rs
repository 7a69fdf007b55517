//! The nodes, and what they own.

use super::{Graph, Kind, Node};
use crate::classes::{Class, DropGuard, Extra, FrozenHolder, Holder, Sentinel};
use crate::model::Edge;
use crate::random::Random;
use crate::reach::Reach;
use crate::source::{Owned, SharedNode, Source};
use crate::{CLASSES, TYPES};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The attributes of a Python instance.
const SLOTS: [&str; 5] = ["e0", "e1", "e2", "e3", "e4"];

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

    pub(super) fn build(&mut self, size: usize) -> PyResult<()> {
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
    pub(super) fn can_be_shared(&self, node: usize) -> bool {
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
        let (guard, dropped) = DropGuard::new();
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
        let reach = Reach::default();
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
}
