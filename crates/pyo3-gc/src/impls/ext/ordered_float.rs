//! `ordered-float`: numbers with a rank and a hash.

use crate::PyGcIntegration;
use ordered_float::{FloatIsNan, NotNan, OrderedFloat};

parts! {
    [T: PyGcIntegration] OrderedFloat<T>: T, this => this.0;
}

leaf! { NotNan<f32>, NotNan<f64>, FloatIsNan }
