//! `num-rational`: fractions.

use crate::PyGcIntegration;
use num_rational::{ParseRatioError, Ratio};

shown! {
    [T: PyGcIntegration] Ratio<T>: T, this => this.numer(), this.denom();
}

leaf! { ParseRatioError }
