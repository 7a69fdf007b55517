//! `indexmap`: maps and sets that keep the order in which they were filled.

use crate::PyGcIntegration;
use indexmap::{IndexMap, IndexSet};

entries! {
    [S] IndexMap<K, V, S>, this => this.drain(..).collect::<Vec<(K, V)>>();
}

elements! {
    [T: PyGcIntegration, S] IndexSet<T, S>: T,
        this => this.iter().enumerate(), this.drain(..).collect::<Vec<T>>(), false;
}
