//! `ahash`: maps and sets that are those of the standard library with another hasher, and that hasher.

use crate::PyGcIntegration;
use ahash::{AHashMap, AHashSet, AHasher, RandomState};

entries! {
    [S] AHashMap<K, V, S>, this => this.drain().collect::<Vec<(K, V)>>();
}

elements! {
    [T: PyGcIntegration, S] AHashSet<T, S>: T, this => this.iter().enumerate(), this.drain().collect::<Vec<T>>(), false;
}

leaf! { AHasher, RandomState }
