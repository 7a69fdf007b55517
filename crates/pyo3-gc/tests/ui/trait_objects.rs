//! A trait object takes part through its trait, and so must every type behind it.
use pyo3_gc::prelude::*;

trait NoSupertrait {}
pyo3_gc::integrate_dyn!(dyn NoSupertrait);

trait Handler: pyo3_gc::DynGcIntegration {}
pyo3_gc::integrate_dyn!(dyn Handler);

struct Callback(Py<PyAny>);
impl Handler for Callback {}

pyo3_gc::integrate_dyn!(Handler);

fn main() {}
