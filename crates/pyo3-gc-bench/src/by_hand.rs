//! The hooks as somebody writes them who knows the rules.

use pyo3::{PyTraverseError, PyVisit};

shapes! { class: #[pyo3::pyclass], part: }

#[pymethods]
impl Slot {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.next)
    }
    fn __clear__(&mut self) {
        self.next = None;
    }
}

#[pymethods]
impl Session {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.on_open)?;
        visit.call(&self.on_close)?;
        visit.call(&self.owner)?;
        visit.call(&self.parent)
    }
    fn __clear__(&mut self) {
        self.on_open = None;
        self.on_close = None;
        self.parent = None;
    }
}

#[pymethods]
impl Items {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for item in &self.items {
            visit.call(item)?;
        }
        Ok(())
    }
    fn __clear__(&mut self) {
        self.items.clear();
    }
}

#[pymethods]
impl Registry {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.state.callback)?;
        if let Mode::Repeat { call, .. } = &self.mode {
            visit.call(call)?;
        }
        for value in self.by_name.values() {
            visit.call(value)?;
        }
        Ok(())
    }
    fn __clear__(&mut self) {
        self.state.callback = None;
        self.mode = Mode::Idle;
        self.by_name.clear();
    }
}
