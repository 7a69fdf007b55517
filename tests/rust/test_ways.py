"""What `gclab audit MODULE` tries of a class: each way in which it takes an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gclab.leaks.explore import explore

if TYPE_CHECKING:
    from tests.rust.conftest import Compile

FIELDS = """use pyo3::prelude::*;

#[pyclass(new = "from_fields")]
struct Job { action: Option<Py<PyAny>> , rest: Option<Py<PyAny>>, others: Vec<Py<PyAny>> }

#[pymethods]
impl Job {
    fn on_failure(&mut self, action: Py<PyAny>) { self.rest = Some(action); }
    fn on_end(&mut self, actions: Vec<Py<PyAny>>) { self.others = actions; }
    #[staticmethod]
    fn again(action: Py<PyAny>) -> Job { Job { action: Some(action), rest: None, others: Vec::new() } }
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.action)
    }
}
"""


def test_each_way_into_a_class_is_audited(compile_cell: Compile) -> None:
    """One field that is reported says nothing of the others: neither of those of methods, nor of static ones."""
    name = compile_cell(FIELDS, "fields").module.__name__  # type: ignore[union-attr]
    found = explore(name, lambda _: None)
    verdicts = {(one.recipe.way, one.audit.verdict) for one in found.findings}
    assert {("", "clean"), ("again", "clean"), ("on_failure", "leaks"), ("on_end", "leaks")} <= verdicts
