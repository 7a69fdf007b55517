"""The numbers and words of `gclab.collector_steps`, and what it refuses."""

from __future__ import annotations

import ctypes
import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DECREF = ctypes.pythonapi.Py_DecRef
DECREF.argtypes = [ctypes.py_object]


class Thing:
    def method(self) -> None:
        pass

    def make(self) -> Callable[[], object]:
        return lambda: self


class Silent:
    """Stands for a native object that owns a reference and does not report it."""

    def __init__(self, held: object) -> None:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(held))
        self.address = id(held)


def test_the_numbers_are_those_of_the_collector() -> None:
    """Two references: one of the variable, one of the cycle. The cycle's is reported, the variable's is not."""
    editor: Any = Thing()
    editor.parts = [editor, editor]
    steps = gclab.collector_steps(editor)
    assert steps.counts == {"n0": 3, "n1": 1}
    assert steps.rests == {"n0": 1, "n1": 0}
    assert steps.rescued_by == {"n0": "the variable editor", "n1": "n0"}
    assert (steps.kept, steps.collected) == (("n0", "n1"), ())


def test_the_variable_of_a_function_can_be_deleted() -> None:
    editor: Any = Thing()
    editor.me = editor
    steps = gclab.collector_steps(editor, deleted="editor")
    assert (steps.counts, steps.rests, steps.collected) == ({"n0": 1}, {"n0": 0}, ("n0",))
    assert editor.me is editor


def test_a_variable_that_an_inner_function_uses_can_be_deleted() -> None:
    editor: Any = Thing()
    editor.me = editor

    def inner() -> object:
        return editor

    steps = gclab.collector_steps(editor, deleted=("editor",))
    assert steps.rests == {"n0": 0}
    assert steps.collected == ("n0",)
    assert inner() is editor


def test_a_variable_in_several_closure_cells_is_refused() -> None:
    editor: Any = Thing()
    others = editor.make(), editor.make()

    def inner() -> object:
        return editor

    with pytest.raises(gclab.GraphError, match="3 closure cells hold its value"):
        gclab.collector_steps(editor, deleted=("editor",))
    assert inner() is others[0]()


def test_another_closure_still_holds_the_value() -> None:
    editor: Any = Thing()
    call = editor.make()
    steps = gclab.collector_steps(editor, deleted=("editor",))
    assert steps.collected == ()
    assert steps.rescued_by == {"n0": "a variable that functions share"}
    del call


SHARED: Any = Thing()
SHARED.parts = [SHARED]


def test_a_global_is_reported_by_its_module() -> None:
    """The module's dictionary is tracked, so its reference is subtracted; it is alive, so it rescues."""
    steps = gclab.collector_steps(SHARED)
    assert steps.rests == {"n0": 0, "n1": 0}
    assert steps.rescued_by == {"n0": "the variable SHARED", "n1": "n0"}
    assert gclab.collector_steps(SHARED, deleted=("SHARED",)).collected == ("n0", "n1")


def test_an_owner_outside_the_picture_is_described() -> None:
    inner: Any = []
    outer = Thing()
    outer.inner = inner  # type: ignore[attr-defined]
    steps = gclab.collector_steps(inner, deleted=("inner",))
    assert steps.rescued_by["n0"].endswith(" (outside the picture)")
    del outer


def test_a_reference_that_nobody_reports_is_called_so() -> None:
    editor: Any = Thing()
    silent = Silent(editor)
    try:
        steps = gclab.collector_steps(editor, deleted=("editor",))
        assert steps.rests == {"n0": 1}
        assert steps.rescued_by == {"n0": "a reference that nobody reports"}
    finally:
        DECREF(editor)
    del silent


def test_what_counting_frees_never_reaches_the_collector() -> None:
    tree: Any = Thing()
    tree.parts = [Thing()]
    steps = gclab.collector_steps(tree, deleted=("tree",))
    assert steps.counts == {}
    assert steps.collected == ("n0", "n1", "n2")
    assert steps.title == "A full collection: 3 objects freed before it, 0 objects kept"


def test_objects_that_are_not_tracked_are_not_examined() -> None:
    editor: Any = Thing()
    editor.name = other = b"text"
    editor.me = editor
    steps = gclab.collector_steps(editor, deleted=("editor",), include=("atoms",))
    texts = [node.title() for node in steps.graph.nodes]
    assert steps.kept == tuple(f"n{n}" for n, text in enumerate(texts) if not text.startswith("Thing"))
    assert "not examined: not tracked" in str(steps)
    assert other


def test_what_only_collected_objects_hold_goes_with_them() -> None:
    """Objects that the collector does not track are freed when their last owner drops them."""
    editor: Any = Thing()
    editor.me = editor
    editor.shared, editor.own = bytearray(2), (bytearray(1),)
    shared = editor.shared
    gc.collect()  # the tuple holds nothing that can be in a cycle: the collector gives it up
    steps = gclab.collector_steps(editor, deleted=("editor",), include=("atoms",))
    kinds = {node.id: node.title() for node in steps.graph.nodes}
    assert sorted(kinds[node] for node in steps.collected) == ["Thing", "bytearray", "tuple 1 item"]
    assert [kinds[node] for node in steps.kept] == ["bytearray"]
    assert shared is editor.shared
    assert "freed with its owner" in str(steps.frames[3])


def test_frozen_objects_are_not_examined() -> None:
    editor: Any = Thing()
    editor.me = editor
    gc.freeze()
    try:
        steps = gclab.collector_steps(editor, deleted=("editor",))
        assert (steps.counts, steps.kept) == ({}, ("n0",))
    finally:
        gc.unfreeze()


def test_a_class_without_clear_is_unreachable_and_stays() -> None:
    """A cycle of tuples alone, as of native classes without ``__clear__``: nothing can drop a reference."""
    ring: tuple[object, ...] = ([],)  # a tuple of atoms would not be tracked
    _set_item(ring, 0, ring)
    steps = gclab.collector_steps(ring, deleted=("ring",))
    assert (steps.rests, steps.kept, steps.rescued_by) == ({"n0": 0}, ("n0",), {})
    assert "nothing breaks its cycle" in str(steps.frames[3])
    _set_item(ring, 0, None)


def _set_item(target: tuple[object, ...], place: int, value: Any) -> None:  # noqa: ANN401
    """Change a tuple, as only C code can."""
    slots = (ctypes.py_object * len(target)).from_address(id(target) + tuple.__basicsize__)
    slots[place] = ctypes.py_object(value)  # ctypes counts no reference for memory that it does not own
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))


def test_weak_references_are_counted_and_gclabs_own_are_not() -> None:
    editor: Any = Thing()
    editor.me = editor
    watch = weakref.ref(editor, print)
    gclab.graph(editor)
    steps = gclab.collector_steps(editor, deleted=("editor",))
    assert "1 weak reference cleared, 1 callback called, freed" in str(steps.frames[3])
    assert watch() is editor


def test_what_is_excluded_is_counted_and_not_drawn() -> None:
    editor: Any = Thing()
    editor.me = editor.part = [editor]
    steps = gclab.collector_steps(editor, deleted="editor", exclude=list)
    assert [node.type_name for node in steps.graph.nodes] == ["Thing"]
    assert (steps.rests, steps.collected) == ({"n0": 0}, ("n0",))


def test_many_variables_are_three_and_a_number() -> None:
    one = two = three = four = five = six = Thing()
    steps = gclab.collector_steps(one, deleted=("six",))
    held = [line.removesuffix(" --> n0 Thing") for line in steps.frames[0].lines[1:]]
    assert held == ["six (deleted)", "one (variable)", "two (variable)", "three (variable)", "2 more variables"]
    del two, three, four, five, six


def test_a_collection_that_was_played_changes_nothing() -> None:
    editor: Any = Thing()
    editor.parts = [Thing(), {"key": Thing()}]
    editor.call = editor.method
    inside = [editor, editor.parts, editor.parts[0], editor.parts[1], editor.call]
    before = [sys.getrefcount(item) for item in inside]
    steps = [gclab.collector_steps(editor, deleted=("editor",)) for _ in range(3)]
    assert [sys.getrefcount(item) for item in inside] == before
    assert len({str(one) for one in steps}) == 1
    assert gc.isenabled()
    watch = weakref.ref(editor)
    del inside, editor
    gc.collect()
    assert watch() is None


@pytest.mark.parametrize(
    ("arguments", "names", "message"),
    [
        ((), {}, "at least one object"),
        (([],), {"deleted": ("missing",)}, "deleted= names 'missing', but there is no such variable"),
        (([],), {"deleted": [[]]}, "deleted= takes names of variables, such as 'editor', not objects: not list"),
        (([],), {"deleted": 1}, "deleted= takes names of variables, such as 'editor', not objects: not int"),
        (([],), {"max_nodes": 0}, "max_nodes"),
        (([],), {"include": ("all",)}, "include knows no 'all'"),
    ],
)
def test_a_wrong_argument_is_explained(arguments: tuple[object, ...], names: dict[str, Any], message: str) -> None:
    with pytest.raises(gclab.GraphError, match=message):
        gclab.collector_steps(*arguments, **names)


def test_free_threaded_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gclab.graphs.counts.COUNTS_MEAN_NOTHING", True)
    with pytest.raises(gclab.GraphError, match="free-threaded"):
        gclab.collector_steps([])


def test_a_strip_is_saved_as_a_page_that_stands_alone(tmp_path: Path) -> None:
    held: list[object] = [[]]
    steps = gclab.collector_steps(held, deleted=["held"])
    text = steps.save(tmp_path / "steps.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.count("<svg") == len(steps.frames)
    assert "<script" not in text
    with pytest.raises(gclab.GraphError, match=r"a name that ends in \.html"):
        steps.save(tmp_path / "steps.svg")
    with pytest.raises(gclab.GraphError, match="cannot be written"):
        steps.save(tmp_path / "missing" / "steps.html")
