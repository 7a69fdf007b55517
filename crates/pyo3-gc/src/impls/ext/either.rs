//! `either`: one of two values.

use crate::PyGcIntegration;
use either::Either;

variants! {
    [L: PyGcIntegration, R: PyGcIntegration] Either<L, R>: L, R => { Either::Left, Either::Right } {};
}
