//! A value with several owners, in three ways.

use crate::measured::pyo3_gc_bench_measured;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_gc::{GcArc, PyGcIntegration};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

/// What is shared. It owns nothing, so that the figures are those of the owners alone.
#[derive(PyGcIntegration)]
struct Value {
    number: u64,
    _other: u64,
}

/// The same as a class.
#[pyo3_gc::pyclass(frozen)]
struct Object {
    number: u64,
    _other: u64,
}

/// An owner.
trait Owner: Sized {
    fn new(py: Python<'_>, number: u64) -> PyResult<Self>;
    fn copy(&self, py: Python<'_>) -> Self;
    fn read(&self) -> u64;
}

impl Owner for Arc<Value> {
    fn new(_py: Python<'_>, number: u64) -> PyResult<Self> {
        Ok(Arc::new(Value { number, _other: 0 }))
    }
    fn copy(&self, _py: Python<'_>) -> Self {
        self.clone()
    }
    fn read(&self) -> u64 {
        self.number
    }
}

impl Owner for Py<Object> {
    fn new(py: Python<'_>, number: u64) -> PyResult<Self> {
        Py::new(py, Object { number, _other: 0 })
    }
    fn copy(&self, py: Python<'_>) -> Self {
        self.clone_ref(py)
    }
    fn read(&self) -> u64 {
        self.get().number
    }
}

impl Owner for GcArc<Value> {
    fn new(py: Python<'_>, number: u64) -> PyResult<Self> {
        GcArc::new(py, Value { number, _other: 0 })
    }
    fn copy(&self, py: Python<'_>) -> Self {
        self.clone_ref(py)
    }
    fn read(&self) -> u64 {
        self.number
    }
}

/// Does an operation so many times, counted, and returns the seconds that it took. For `hold`, which makes values, `held` is
/// called while they exist.
///
/// # Errors
///
/// `ValueError` for an unknown way or operation; and those of `held`.
#[pyfunction]
pub(crate) fn share(py: Python<'_>, way: &str, operation: &str, count: u64, held: &Bound<'_, PyAny>) -> PyResult<f64> {
    match way {
        "Arc" => run::<Arc<Value>>(py, operation, count, held),
        "Py" => run::<Py<Object>>(py, operation, count, held),
        "GcArc" => run::<GcArc<Value>>(py, operation, count, held),
        _ => Err(PyValueError::new_err("the ways are Arc, Py and GcArc")),
    }
}

fn run<T: Owner>(py: Python<'_>, operation: &str, count: u64, held: &Bound<'_, PyAny>) -> PyResult<f64> {
    let all = || (0..count).map(|number| T::new(py, number)).collect::<PyResult<Vec<T>>>();
    let first = T::new(py, 0)?;
    let places = usize::try_from(count)?; // made before the measurement, so that growing costs nothing in it
    let copies = || (0..count).map(|_| first.copy(py)).collect::<Vec<T>>();
    match operation {
        "hold" => {
            let values = all()?;
            held.call0()?;
            drop(values);
            Ok(0.0)
        }
        "create" => {
            let (mut made, mut failed) = (Vec::with_capacity(places), Ok(()));
            let taken = seconds(&mut || {
                for number in 0..count {
                    match T::new(py, number) {
                        Ok(value) => made.push(value),
                        Err(error) => failed = Err(error),
                    }
                }
            });
            failed.map(|()| taken)
        }
        "copy" => {
            let mut made = Vec::with_capacity(places);
            Ok(seconds(&mut || made.extend((0..count).map(|_| first.copy(py)))))
        }
        "read" => {
            let values = all()?;
            Ok(seconds(&mut || {
                black_box(values.iter().map(|value| black_box(value).read()).fold(0, u64::wrapping_add));
            }))
        }
        "drop a copy" => {
            let mut values = copies();
            Ok(seconds(&mut || values.clear()))
        }
        "drop the last" => {
            let mut values = all()?;
            Ok(seconds(&mut || values.clear()))
        }
        _ => Err(PyValueError::new_err("the operations are hold, create, copy, read, drop a copy and drop the last")),
    }
}

fn seconds(work: &mut dyn FnMut()) -> f64 {
    let started = Instant::now();
    pyo3_gc_bench_measured(work);
    started.elapsed().as_secs_f64()
}
