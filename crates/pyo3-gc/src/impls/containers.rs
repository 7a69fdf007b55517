//! Values that can be emptied: clearing takes the content out as a whole.

use crate::{PyGcIntegration, field};
use std::mem::take;
use std::{array, vec};

filled! {
    [T: PyGcIntegration] Option<T>: T, this => this.as_ref(), this.take();
}

elements! {
    [T: PyGcIntegration] Vec<T>: T, this => this.iter().enumerate(), take(this), true;
}

// Iterators that own what they have not yet given out, and show it as a slice.
emptied! {
    [T: PyGcIntegration] vec::IntoIter<T>: T;
    |this| take (!this.as_slice().is_empty()).then(|| take(this)),
    traverse |visit| field::traverse(this.as_slice(), visit),
    shared |bag| field::unlink_shared(this.as_slice(), bag)
}
emptied! {
    [T: PyGcIntegration, const N: usize] array::IntoIter<T, N>: T;
    |this| take (!this.as_slice().is_empty()).then(|| this.collect::<Vec<T>>()),
    traverse |visit| field::traverse(this.as_slice(), visit),
    shared |bag| field::unlink_shared(this.as_slice(), bag)
}
