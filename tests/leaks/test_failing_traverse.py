"""A live object whose traverse fails spoils no answer about others, and is named where it matters."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest
from owners import Owner

import gclab
from gclab.graphs.references import referents, referrers
from gclab.leaks.factory import Probe
from gclab.rust.build import build
from gclab.rust.cell import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL = """
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

#[pyclass]
struct Attaching { hidden: Py<PyAny>, seen: Option<Py<PyAny>> }

#[pymethods]
impl Attaching {
    #[new]
    #[pyo3(signature = (hidden, seen=None))]
    fn new(hidden: Py<PyAny>, seen: Option<Py<PyAny>>) -> Self { Attaching { hidden, seen } }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.seen)?;
        Python::attach(|_| visit.call(&self.hidden))
    }
}
"""
FAILS = "the traverse of 1 object of class Attaching fails"


@pytest.fixture(scope="module")
def broken() -> Any:  # noqa: ANN401
    return build(CELL, Options("broken"), "cell_1", lambda _: None).module


@pytest.fixture
def alive(broken: Any) -> Iterator[Any]:  # noqa: ANN401
    """Keep one such object alive, and its parts: the hidden one and the one that it visits."""
    parts = Probe(), Probe()
    yield broken.Attaching(*parts), *parts
    gc.collect()


def test_the_question_meets_an_error(alive: Any) -> None:  # noqa: ANN401
    """Without this, the tests below prove nothing."""
    with pytest.raises(SystemError):
        gc.get_referents(alive[0])


def test_what_is_visited_before_the_failure_is_told(alive: Any) -> None:  # noqa: ANN401
    owner, hidden, seen = alive
    failed: list[object] = []
    found = referents([hidden], owner, failed=failed)
    assert sum(part is seen for part in found) == 1
    assert sum(part is hidden for part in found) == 1
    assert failed == [owner]
    assert not any(item is owner for item in referrers(hidden))
    assert any(item is owner for item in referrers(seen))


def test_a_picture_of_others_is_as_without_it(alive: Any) -> None:  # noqa: ANN401
    other = Owner([1])
    picture = gclab.graph(other)
    assert not picture.notes
    assert not any(node.unexplained for node in picture.nodes)
    assert alive


def test_a_picture_of_it_shows_what_it_visits_and_says_that_it_fails(alive: Any) -> None:  # noqa: ANN401
    picture = gclab.graph(alive[0])
    assert [node.type_name for node in picture.nodes] == ["Attaching", "Probe"]
    assert picture.notes[0] == FAILS


def test_a_probe_of_others_gives_its_answer(alive: Any) -> None:  # noqa: ANN401
    assert gclab.probe(Owner)
    assert not gclab.probe(type(alive[0]))


def test_the_audit_of_the_class_names_the_failure(alive: Any) -> None:  # noqa: ANN401
    make = type(alive[0])
    found = gclab.audit(make, isolate=False)
    assert found.verdict == "leaks"
    assert found.evidence is not None
    assert found.evidence.failing == ("Attaching",)
    assert "The traverse of the Attaching fails." in found.explain()
    assert "let the traverse do nothing but visit" in found.explain()


def test_what_is_visited_in_time_is_collected_and_the_failure_is_told(alive: Any) -> None:  # noqa: ANN401
    make = type(alive[0])
    found = gclab.audit(lambda probe: make(None, probe), isolate=False)
    assert found.verdict == "clean"
    assert "The traverse of the Attaching fails." in found._repr_mimebundle_()["text/plain"]


def test_the_audit_of_others_accuses_nobody(alive: Any) -> None:  # noqa: ANN401
    found = gclab.audit(Owner, isolate=False)
    assert found
    assert found.evidence is not None
    assert not found.evidence.failing
    assert alive


def test_the_heap_is_looked_at_and_the_class_is_named(alive: Any) -> None:  # noqa: ANN401
    found = gclab.audit_heap()
    assert found, repr(found)
    assert found.failing == (("Attaching", 1),)
    assert "The traverse of 1 object of class Attaching fails." in repr(found)
    assert alive


def test_why_tells_of_it_only_where_a_reference_is_unreported(alive: Any) -> None:  # noqa: ANN401
    other = Owner(1)
    assert not gclab.why(other).notes
    assert FAILS in gclab.why(alive[1]).notes


def test_the_passes_of_a_collection_are_those_of_the_collector(alive: Any) -> None:  # noqa: ANN401
    owner, hidden, seen = alive
    other = Owner(1)
    assert "traverse" not in gclab.collector_steps(other).frames[1].caption
    hidden.owner = owner
    steps = gclab.collector_steps(hidden)
    del hidden.owner
    assert "The traverse of 1 object of class Attaching fails." in steps.frames[1].caption
    assert seen


def test_a_watch_counts_on(alive: Any) -> None:  # noqa: ANN401
    assert gclab.watch(lambda: Owner(1), runs=5)
    assert alive
