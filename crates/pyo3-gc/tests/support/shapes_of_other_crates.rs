//! The shapes that other crates add, each under the feature of its crate.

use super::{Case, cases};
#[allow(unused_imports, reason = "it depends on the features")]
use crate::{
    Object,
    support::{Key, OnOneThread, Shape},
};

/// The map of the standard library with the hasher of another crate.
#[cfg(feature = "ahash")]
#[allow(clippy::mutable_key_type, reason = "the hash of a key does not depend on what it owns")]
fn with_hasher<S: std::hash::BuildHasher>(
    hasher: S,
    key: Object,
    value: Object,
) -> std::collections::HashMap<Key<Object>, Object, S> {
    let mut map = std::collections::HashMap::with_hasher(hasher);
    map.insert(Key(1, key), value);
    map
}

/// A table that never has to be searched.
#[cfg(feature = "hashbrown")]
fn table<const N: usize>(elements: [Object; N]) -> hashbrown::HashTable<Object> {
    let mut table = hashbrown::HashTable::new();
    for element in elements {
        table.insert_unique(1, element, |_| 1);
    }
    table
}

/// The first place is free.
#[cfg(feature = "slab")]
fn slab(first: Object, second: Object, third: Object) -> slab::Slab<Object> {
    let mut slab = slab::Slab::new();
    for value in [first, second, third] {
        slab.insert(value);
    }
    slab.remove(0);
    slab
}

pub(super) fn all() -> Vec<Case> {
    cases! {
        #[cfg(feature = "ahash")]
        "AHashMap, both", 2, fixed 1: |object| ahash::AHashMap::from([(Key(1, object()), object())]);
        #[cfg(feature = "ahash")]
        "AHashSet<Key>", 2, fixed 2: |object| ahash::AHashSet::from([Key(1, object()), Key(2, object())]);
        #[cfg(feature = "ahash")]
        "HashMap with the hasher of ahash", 2, fixed 1: |object| {
            with_hasher(ahash::RandomState::with_seeds(1, 2, 3, 4), object(), object())
        };
        #[cfg(feature = "arrayvec")]
        "ArrayVec<Py<PyAny>, 4>", 2: |object| arrayvec::ArrayVec::<_, 4>::from_iter([object(), object()]);
        #[cfg(feature = "either")]
        "Either, left", 1: |object| either::Either::<_, u8>::Left(object());
        #[cfg(feature = "either")]
        "Either, right", 1: |object| either::Either::<u8, _>::Right(Some(object()));
        #[cfg(feature = "hashbrown")]
        "hashbrown::HashMap, both", 2, fixed 1: |object| hashbrown::HashMap::<_, _>::from_iter([(Key(1, object()), object())]);
        #[cfg(feature = "hashbrown")]
        "hashbrown::HashSet<Key>", 2, fixed 2: |object| {
            hashbrown::HashSet::<_>::from_iter([Key(1, object()), Key(2, object())])
        };
        #[cfg(feature = "hashbrown")]
        "hashbrown::HashTable", 2, fixed 2: |object| table([object(), object()]);
        #[cfg(feature = "indexmap")]
        "IndexMap, both", 2, fixed 1: |object| indexmap::IndexMap::from([(Key(1, object()), object())]);
        #[cfg(feature = "indexmap")]
        "IndexSet<Key>", 2, fixed 2: |object| indexmap::IndexSet::from([Key(1, object()), Key(2, object())]);
        #[cfg(feature = "num-complex")]
        "Complex<Py<PyAny>>", 2: |object| num_complex::Complex { re: object(), im: object() };
        #[cfg(feature = "num-rational")]
        "Option<Ratio<Py<PyAny>>>", 2: |object| Some(num_rational::Ratio::new_raw(object(), object()));
        #[cfg(feature = "once_cell")]
        "unsync::OnceCell<Py<PyAny>>", 1: |object| OnOneThread(once_cell::unsync::OnceCell::from(object()));
        #[cfg(feature = "once_cell")]
        "sync::OnceCell<Py<PyAny>>", 1: |object| once_cell::sync::OnceCell::from(object());
        #[cfg(feature = "ordered-float")]
        "OrderedFloat<Py<PyAny>>", 1: |object| ordered_float::OrderedFloat(object());
        #[cfg(feature = "slab")]
        "Slab<Py<PyAny>>", 2: |object| slab(object(), object(), object());
        #[cfg(feature = "smallvec")]
        "SmallVec<[Py<PyAny>; 4]>, in place", 2: |object| smallvec::SmallVec::<[_; 4]>::from_iter([object(), object()]);
        #[cfg(feature = "smallvec")]
        "SmallVec<[Py<PyAny>; 1]>, on the heap", 2: |object| smallvec::SmallVec::<[_; 1]>::from_iter([object(), object()]);
    }
}
