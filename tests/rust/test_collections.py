"""What `gclab.collector_steps` foresees for native classes: with hooks, without, and with half of them."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rust.conftest import Compile

CELL = """use pyo3::prelude::*;

#[pyclass(get_all, new = "from_fields")]
struct Silent { held: Option<Py<PyAny>> }

#[pyo3_gc::pyclass(get_all, new = "from_fields")]
struct Honest { held: Option<Py<PyAny>> }

#[pyclass(get_all, set_all, new = "from_fields")]
struct Rigid { held: Option<Py<PyAny>> }

#[pymethods]
impl Rigid {
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.held)
    }
}
"""


class Editor:
    def __init__(self, session: Callable[[object], object]) -> None:
        self.session = session(self.refresh)

    def refresh(self) -> None:
        pass


@pytest.fixture
def classes(compile_cell: Compile) -> Any:  # noqa: ANN401
    """Build three classes that hold a Python object."""
    return compile_cell(CELL, "hooks").module


def after_collection(editor: list[Editor]) -> bool:
    """Drop the editor and collect; tell whether it is gone."""
    watch = weakref.ref(editor.pop())
    gc.collect()
    return watch() is None


@pytest.mark.parametrize(("name", "freed"), [("Honest", True), ("Rigid", True), ("Silent", False)])
def test_a_cycle_through_a_native_object(classes: Any, name: str, freed: bool) -> None:  # noqa: ANN401, FBT001
    editor = Editor(getattr(classes, name))
    steps = gclab.collector_steps(editor, deleted=("editor",))
    assert ("n0" in steps.collected) is freed
    holder = [editor]
    del editor
    assert after_collection(holder) is freed


def test_what_a_silent_class_hides_rescues_its_owner(classes: Any) -> None:  # noqa: ANN401
    editor = Editor(classes.Silent)
    steps = gclab.collector_steps(editor, deleted=("editor",))
    assert steps.rescued_by["n0"] == "method Editor.refresh (outside the picture)"


def test_a_cycle_that_no_class_can_clear_is_found_and_stays(classes: Any) -> None:  # noqa: ANN401
    ring = classes.Rigid(None)
    ring.held = ring
    steps = gclab.collector_steps(ring, deleted=("ring",))
    assert (steps.rests, steps.kept, steps.rescued_by) == ({"n0": 0}, ("n0",), {})
    assert steps.title == "A full collection: 1 object kept, of them 1 unreachable"
    del ring
    gc.collect()
    left = [item for item in gc.get_objects() if type(item) is classes.Rigid]
    assert len(left) == 1
    left[0].held = None


ONCE = """use pyo3_gc::prelude::*;
use std::sync::OnceLock;

#[pyclass(frozen)]
struct Once { held: OnceLock<Py<PyAny>> }

#[pymethods]
impl Once {
    #[new]
    fn new() -> Self { Once { held: OnceLock::new() } }
    fn set(&self, object: Py<PyAny>) { let _ = self.held.set(object); }
}

#[pyclass(set_all, new = "from_fields")]
struct Honest { held: Option<Py<PyAny>> }
"""


def test_what_a_native_class_clears_is_not_promised(compile_cell: Compile) -> None:
    """Both rings have a ``tp_clear``; that of `Once`, which is frozen, cannot take the object out."""
    classes: Any = compile_cell(ONCE, "once").module
    stays, goes = classes.Once(), classes.Honest(None)
    stays.set(stays)
    goes.held = goes
    steps = gclab.collector_steps(stays, goes, deleted=("stays", "goes"))
    assert steps.collected == steps.unsure == ("n0", "n1")
    assert str(steps.frames[3]).count("freed, if a native class lets go") == 2
    del stays, goes
    gc.collect()
    assert [type(item) for item in gc.get_objects() if type(item) in (classes.Once, classes.Honest)] == [classes.Once]


def test_a_python_object_in_the_cycle_breaks_it_for_sure(classes: Any) -> None:  # noqa: ANN401
    editor = Editor(classes.Honest)
    steps = gclab.collector_steps(editor, deleted=("editor",))
    assert (steps.collected, steps.unsure) == (("n0", "n1", "n2"), ())
