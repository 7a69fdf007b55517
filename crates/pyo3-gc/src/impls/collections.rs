//! Collections, which clearing empties as a whole.
//!
//! Nothing here asks for `Eq`, `Hash` or `Ord`: an element is looked at in place, and leaves without being compared, so that no
//! code of its type runs (rules 3 and 5). What has a hash or a rank is not cleared in place either, because both could change.
//!
//! The hasher of a map is not visited. None is known that owns a Python object, and a bound by the trait would refuse every
//! hasher of another crate; `'static` as a bound would prove nothing, since a `Py` is `'static` too. A hasher that did own an
//! object would leak a cycle through it, and could never destroy an object that is in use.

use crate::PyGcIntegration;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::mem::take;

elements! {
    [T: PyGcIntegration] VecDeque<T>: T, this => this.iter().enumerate(), take(this), true;
    [T: PyGcIntegration] LinkedList<T>: T, this => this.iter().enumerate(), take(this), true;
    [T: PyGcIntegration] BTreeSet<T>: T, this => this.iter().enumerate(), take(this), false;
    // An empty one of these can be made only with `Ord`, or with a hasher.
    [T: PyGcIntegration] BinaryHeap<T>: T, this => this.iter().enumerate(), this.drain().collect::<Vec<T>>(), false;
    [T: PyGcIntegration, S] HashSet<T, S>: T, this => this.iter().enumerate(), this.drain().collect::<Vec<T>>(), false;
}

entries! {
    [] BTreeMap<K, V>, this => take(this);
    [S] HashMap<K, V, S>, this => this.drain().collect::<Vec<(K, V)>>();
}
