//! Soundness tests for `pyo3-gc`: generated types, generated graphs, and a model that says what must happen to them.
//!
//! The build script writes some hundred types (`generator/`), and for each of them a function that makes a random value and
//! writes down what the value owns. That record is the model. It knows nothing of the crate's `traverse` and `clear`; the tests
//! compare what the collector sees and does with it.
//!
//! These variables choose another run:
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PYO3_GC_SEED` | the seed of the types and of the graphs | 1 |
//! | `PYO3_GC_TYPES` | how many types are generated | 240 |
//! | `PYO3_GC_GRAPHS` | how many graphs are built | 10000 |
//! | `PYO3_GC_GRAPH` | only the graph with this number | all |

pub mod classes;
pub mod graph;
pub mod model;
pub mod python;
pub mod random;
pub mod reach;
pub mod source;
pub mod wrappers;

#[allow(clippy::all, clippy::pedantic, missing_docs, unused, non_snake_case, reason = "a program wrote it")]
mod generated {
    use crate::classes::{Class, DropGuard, Extra, Frame, Holder, Instantiated, Shape};
    use crate::reach::Reach;
    use crate::source::{Make, Source};
    use crate::wrappers::*;
    use pyo3::prelude::*;
    use pyo3::types::{PyDict, PyList};
    use pyo3_gc::PyGcIntegration;

    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

pub use generated::{CLASSES, TYPES};

/// The seed of this build.
pub const SEED: &str = env!("PYO3_GC_SEED_OF_THIS_BUILD");
