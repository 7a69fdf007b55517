//! Collections, and the comparison.

use super::{Done, Graph, Kind, Node};
use crate::classes::{FrozenHolder, Holder};
use crate::model::Edge;
use crate::python::{call_clear, collect, count, referents};
use pyo3::prelude::*;
use std::sync::atomic::Ordering;

fn dropped(node: &Node) -> bool {
    node.dropped.load(Ordering::SeqCst)
}

impl<'py> Graph<'py> {
    pub(super) fn run(&mut self, before: isize, clear_first: bool) -> Result<Done, String> {
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
}
