//! `slab`: values under numbers that are given out again.

use crate::PyGcIntegration;
use slab::Slab;
use std::mem::take;

elements! {
    // Its iterator gives each value with its own number, which is the label of the value.
    [T: PyGcIntegration] Slab<T>: T, this => this.iter(), take(this), true;
}
