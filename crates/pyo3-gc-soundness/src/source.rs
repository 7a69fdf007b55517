//! Where the generated functions take objects from, and where they write down what a value owns.

use crate::classes::{DropGuard, Holder};
use crate::random::Random;
use crate::reach::Reach;
use crate::wrappers::Guarded;
use pyo3::prelude::*;
use pyo3::types::PyList;
use pyo3_gc::{GcArc, PyGcIntegration};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Makes a value of a type parameter.
pub type Make<'a, T> = &'a mut dyn FnMut(&mut Source, Reach) -> T;

/// A reference that a value owns.
#[derive(Clone, Copy, Debug)]
pub struct Owned {
    /// The number of the object among those that the source gives out.
    pub target: usize,
    /// Whether clearing lets go of it: (in a class that can be borrowed mutably, in a frozen one).
    pub lets_go: (bool, bool),
}

/// A value with several owners, which is an object of its own.
pub struct SharedNode {
    /// The object.
    pub object: Py<PyAny>,
    /// Whether the value has been dropped.
    pub dropped: Arc<AtomicBool>,
    /// What the value owns.
    pub owned: Vec<Owned>,
}

/// Objects to own, numbers, and the record.
pub struct Source {
    random: Random,
    targets: Vec<Py<PyAny>>,
    secret: Py<PyAny>,
    holders: Vec<usize>,
    lists: Vec<usize>,
    record: Vec<Owned>,
    /// Values that can have one more owner, by their type.
    pool: HashMap<TypeId, Vec<(Box<dyn Any>, usize)>>,
    shared: Vec<SharedNode>,
    /// How many of them there were.
    shares: usize,
    fuel: usize,
    numbers: u32,
}

impl Source {
    /// Gives out these objects, and the secret one to fields that are left out.
    ///
    /// # Panics
    ///
    /// Unless a [`Holder`] and a list are among them.
    #[must_use]
    pub fn new(py: Python<'_>, random: Random, targets: &[Py<PyAny>], secret: Py<PyAny>) -> Self {
        let those = |wanted: fn(&Bound<'_, PyAny>) -> bool| -> Vec<usize> {
            (0..targets.len()).filter(|&index| wanted(targets[index].bind(py))).collect()
        };
        let holders = those(|object| object.cast::<Holder>().is_ok());
        let lists = those(|object| object.cast_exact::<PyList>().is_ok());
        assert!(!holders.is_empty() && !lists.is_empty());
        let targets = targets.iter().map(|object| object.clone_ref(py)).collect();
        Self {
            random,
            targets,
            secret,
            holders,
            lists,
            record: Vec::new(),
            pool: HashMap::new(),
            shared: Vec::new(),
            shares: 0,
            fuel: 0,
            numbers: 0,
        }
    }

    /// Begins a new value, which becomes larger with more fuel.
    pub fn refuel(&mut self) {
        self.fuel = self.random.below(12);
    }

    /// What the values own that were made since the last call.
    pub fn take_record(&mut self) -> Vec<Owned> {
        std::mem::take(&mut self.record)
    }

    fn give(&mut self, target: usize, lets_go: (bool, bool)) -> Py<PyAny> {
        self.record.push(Owned { target, lets_go });
        Python::attach(|py| self.targets[target].clone_ref(py))
    }

    /// Any object.
    pub fn object(&mut self, reach: Reach) -> Py<PyAny> {
        let target = self.random.below(self.targets.len());
        self.give(target, reach.lets_go())
    }

    /// For a field that is left out. It is not written down, since the collector is not told.
    pub fn hidden(&mut self) -> Py<PyAny> {
        Python::attach(|py| self.secret.clone_ref(py))
    }

    /// A reference that clearing cannot take out of its place.
    pub fn holder(&mut self, reach: Reach) -> Py<Holder> {
        let target = *self.random.pick(&self.holders);
        let object = self.give(target, reach.lets_go_of_the_rest());
        Python::attach(|py| object.into_bound(py).cast_into().expect("it was one before").unbind())
    }

    /// The same for a class of Python's own.
    pub fn list(&mut self, reach: Reach) -> Py<PyList> {
        let target = *self.random.pick(&self.lists);
        let object = self.give(target, reach.lets_go_of_the_rest());
        Python::attach(|py| object.into_bound(py).cast_into().expect("it was one before").unbind())
    }

    /// A new value with several owners, or one more owner of an old one.
    ///
    /// # Panics
    ///
    /// Where Python has no memory left.
    pub fn share<T: PyGcIntegration + Send + Sync + 'static>(
        &mut self,
        reach: Reach,
        make: impl FnOnce(&mut Self) -> T,
    ) -> GcArc<Guarded<T>> {
        let id = TypeId::of::<T>();
        let lets_go = reach.lets_go_of_the_rest();
        let old = self.random.below(3);
        if let Some((owner, target)) = self.pool.get(&id).and_then(|pool| pool.get(old)) {
            self.record.push(Owned { target: *target, lets_go });
            let owner = owner.downcast_ref::<GcArc<Guarded<T>>>().expect("it is kept by its type");
            return Python::attach(|py| owner.clone_ref(py));
        }
        let outside = std::mem::take(&mut self.record);
        let value = make(self);
        let owned = std::mem::replace(&mut self.record, outside);
        let (guard, dropped) = DropGuard::new();
        Python::attach(|py| {
            let owner = GcArc::new(py, Guarded(value, guard)).expect("an object of 100 bytes");
            let object = only_referent(py, owner.clone_ref(py));
            let target = self.targets.len() + self.shares;
            self.shares += 1;
            self.shared.push(SharedNode { object, dropped, owned });
            self.record.push(Owned { target, lets_go });
            self.pool.entry(id).or_default().push((Box::new(owner.clone_ref(py)), target));
            owner
        })
    }

    /// The objects that were made since the last call for values with several owners. They have the numbers after those of the
    /// objects that the source was given.
    pub fn take_shared(&mut self) -> Vec<SharedNode> {
        std::mem::take(&mut self.shared)
    }

    /// Whether something that may be left out is there.
    pub fn flip(&mut self) -> bool {
        self.length() > 0
    }

    /// How many elements something has that may have any number.
    pub fn length(&mut self) -> usize {
        let length = self.random.below(4).min(self.fuel);
        self.fuel -= length;
        length
    }

    /// Which variant it is.
    pub fn variant(&mut self, of: usize) -> usize {
        self.random.below(of)
    }

    /// A number that no other key has.
    pub fn number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    /// A text.
    pub fn text(&mut self) -> String {
        self.number().to_string()
    }
}

/// The object behind a shared value, which the crate shows to the collector alone.
fn only_referent<T: PyGcIntegration + Send + Sync + 'static>(py: Python<'_>, owner: GcArc<T>) -> Py<PyAny> {
    let (holder, _) = Holder::empty(py);
    holder.borrow_mut().shape = Box::new(owner);
    let gc = py.import("gc").expect("it is built in");
    let found = gc.call_method1("get_referents", (&holder,)).expect("no memory is left");
    let found = found.cast_into::<PyList>().expect("it is a list");
    let mut others = found.iter().filter(|object| !object.is(holder.get_type()));
    others.next().expect("an owner reports the object").unbind()
}
