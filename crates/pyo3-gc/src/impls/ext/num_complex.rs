//! `num-complex`: pairs of a real and an imaginary part.

use crate::PyGcIntegration;
use num_complex::Complex;

parts! {
    [T: PyGcIntegration] Complex<T>: T, this => this.re, this.im;
}
