trait Unknown {}
pyo3_gc::integrate_dyn!(dyn Unknown);
trait Handler: pyo3_gc::DynGcIntegration {}
pyo3_gc::integrate_dyn!(Handler);
struct Callback(pyo3::Py<pyo3::PyAny>);
impl Handler for Callback {}
