//! `smallvec`: vectors that keep their first elements in place.

use crate::PyGcIntegration;
use smallvec::{Array, SmallVec};
use std::mem::take;

elements! {
    [A: Array<Item: PyGcIntegration>] SmallVec<A>: A::Item, this => this.iter().enumerate(), take(this), true;
}
