//! A type that contains itself, directly or through others, has an answer, and no bound of its implementation needs that first.

use pyo3::prelude::*;
use pyo3_gc::{PyGcIntegration, may_contain_cycles};
use std::collections::HashMap;

/// The `Py` ends the search, on whichever side it is and wherever it stands.
#[derive(PyGcIntegration)]
struct Folder {
    entries: Vec<Entry>,
    by_name: HashMap<String, Box<Entry>>,
}

#[derive(PyGcIntegration)]
enum Entry {
    Folder(Box<Folder>),
    Link { to: Option<Box<Entry>>, owner: Option<Py<PyAny>> },
}

/// Three in a circle, and a type that only points into it.
#[derive(PyGcIntegration)]
struct First(Option<Box<Second>>);
#[derive(PyGcIntegration)]
struct Second(Vec<Third>);
#[derive(PyGcIntegration)]
struct Third(Option<Box<First>>, Py<PyAny>);
#[derive(PyGcIntegration)]
struct Outside(First, Folder);

/// No field mentions `Py`, so one type says it.
#[derive(PyGcIntegration)]
#[pyo3_gc(may_contain_cycles = true)]
struct Left(Vec<Right>);
#[derive(PyGcIntegration)]
struct Right(Option<Box<Left>>);

/// With parameters, and through a projection.
#[derive(PyGcIntegration)]
struct Tree<T: Iterator> {
    value: T::Item,
    children: Vec<Tree<T>>,
    cousin: Option<Box<Leaf<T>>>,
}
#[derive(PyGcIntegration)]
struct Leaf<T: Iterator> {
    parent: Option<Box<Tree<T>>>,
    value: T::Item,
}

#[test]
fn the_answers_are_known() {
    const {
        assert!(may_contain_cycles::<Folder>() && may_contain_cycles::<Entry>());
        assert!(may_contain_cycles::<First>() && may_contain_cycles::<Second>() && may_contain_cycles::<Outside>());
        assert!(may_contain_cycles::<Left>() && may_contain_cycles::<Right>());
        assert!(may_contain_cycles::<Tree<std::ops::Range<u8>>>() && may_contain_cycles::<Leaf<std::ops::Range<u8>>>());
    };
}

#[test]
fn clearing_goes_through_them() {
    Python::attach(|py| {
        let link = Entry::Link { to: None, owner: Some(py.None()) };
        let mut folder = Folder { entries: vec![link], by_name: HashMap::new() };
        let inner = Folder { entries: Vec::new(), by_name: HashMap::new() };
        folder.by_name.insert("inner".to_owned(), Box::new(Entry::Folder(Box::new(inner))));
        folder.clear();
        assert!(folder.entries.is_empty() && folder.by_name.is_empty());
        let mut tree: Tree<std::ops::Range<u8>> = Tree { value: 1, children: Vec::new(), cousin: None };
        tree.cousin = Some(Box::new(Leaf { parent: None, value: 2 }));
        tree.clear();
        assert!(tree.children.is_empty() && tree.cousin.is_none() && tree.value == 1);
    });
}
