//! `hashbrown`: maps and sets that are made like those of the standard library, and the table below them.

use crate::PyGcIntegration;
use hashbrown::{HashMap, HashSet, HashTable};

entries! {
    [S] HashMap<K, V, S>, this => this.drain().collect::<Vec<(K, V)>>();
}

elements! {
    [T: PyGcIntegration, S] HashSet<T, S>: T, this => this.iter().enumerate(), this.drain().collect::<Vec<T>>(), false;
    // The table does not know what the hash of an element is made of, so none is changed in its place.
    [T: PyGcIntegration] HashTable<T>: T, this => this.iter().enumerate(), this.drain().collect::<Vec<T>>(), false;
}

leaf! { hashbrown::DefaultHashBuilder, hashbrown::TryReserveError }
