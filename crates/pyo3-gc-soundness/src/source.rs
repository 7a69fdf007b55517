//! Where the generated functions take objects from, and where they write down what a value owns.

use crate::classes::Holder;
use crate::random::Random;
use crate::reach::Reach;
use pyo3::prelude::*;
use pyo3::types::PyList;

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

/// Objects to own, numbers, and the record.
pub struct Source {
    random: Random,
    targets: Vec<Py<PyAny>>,
    secret: Py<PyAny>,
    holders: Vec<usize>,
    lists: Vec<usize>,
    record: Vec<Owned>,
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
        Self { random, targets, secret, holders, lists, record: Vec::new(), fuel: 0, numbers: 0 }
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
