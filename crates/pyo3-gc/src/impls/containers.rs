//! Values that can be emptied: clearing takes the content out as a whole.

use crate::PyGcIntegration;
use std::mem::take;

filled! {
    [T: PyGcIntegration] Option<T>: T, this => this.as_ref(), this.take();
}

elements! {
    [T: PyGcIntegration] Vec<T>: T, this => this.iter().enumerate(), take(this), true;
}
