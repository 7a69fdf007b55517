//! What Python imports as `{name}`.

use pyo3::prelude::*;

/// A session that calls a function when it is closed.
///
/// The session owns the function. `#[pyo3_gc::pyclass]` tells Python's garbage collector so: a function that leads back
/// to its session, such as a method of the object that holds it, is collected with it.
#[pyo3_gc::pyclass(module = "{name}", get_all, set_all, new = "from_fields")]
struct Session {
    on_close: Option<Py<PyAny>>,
}

#[pymethods]
impl Session {
    /// Close the session: call the function, once.
    fn close(session: &Bound<'_, Self>) -> PyResult<()> {
        // The borrow ends before the call, so the function can use the session.
        let on_close = session.borrow_mut().on_close.take();
        if let Some(function) = on_close {
            function.call0(session.py())?;
        }
        Ok(())
    }
}

#[pymodule]
mod {name} {
    #[pymodule_export]
    use super::Session;
}
