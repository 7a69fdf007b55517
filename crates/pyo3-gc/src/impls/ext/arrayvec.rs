//! `arrayvec`: vectors and text of a fixed capacity.

use crate::PyGcIntegration;
use arrayvec::{ArrayString, ArrayVec};
use std::mem::take;

elements! {
    [T: PyGcIntegration, const N: usize] ArrayVec<T, N>: T, this => this.iter().enumerate(), take(this), true;
}

generic_leaf! { [const N: usize] ArrayString<N> }
