"""Which objects and references a picture shows, and what they are called."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

import gclab


class Thing:
    """An object with attributes."""


class Hostile:
    """A class whose every hook fails: drawing it must run none of them."""

    def __repr__(self) -> str:
        raise AssertionError

    __str__ = __repr__

    def __hash__(self) -> int:
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        raise AssertionError(name)


def edges(picture: gclab.ObjectGraph) -> list[str]:
    return [f"{edge.source} {edge.label} {edge.target}" for edge in picture.edges]


def test_attributes_items_and_keys_are_labels() -> None:
    thing: Any = Thing()
    thing.parts = [[], {"key": (Thing(),), 2: {}}]
    assert edges(gclab.graph(thing)) == [
        "n0 parts n1",
        "n1 [0] n2",
        "n1 [1] n3",
        "n3 ['key'] n4",
        "n3 [2] n5",
        "n4 [0] n6",
    ]


def test_reading_the_instance_dictionary_first_changes_nothing() -> None:
    """CPython 3.11 and later keep values in the object until ``__dict__`` is read: both give the same picture."""
    quiet: Any = Thing()
    quiet.first, quiet.second = [], {}
    fresh = str(gclab.graph(quiet))
    assert vars(quiet)
    assert str(gclab.graph(quiet)) == fresh


def test_a_dictionary_that_others_hold_is_an_object_of_its_own() -> None:
    thing: Any = Thing()
    thing.part = []
    attributes = vars(thing)
    named = {node.type_name for node in gclab.graph(thing, attributes).nodes}
    assert "dict" in named


def test_slots_are_labels() -> None:
    class Slotted:
        __slots__ = ("left", "right")

    slotted: Any = Slotted()
    slotted.right = []
    assert edges(gclab.graph(slotted)) == ["n0 right n1"]


def test_two_references_are_two_edges() -> None:
    shared: list[object] = []
    assert edges(gclab.graph([shared, shared])) == ["n0 [0] n1", "n0 [1] n1"]


def test_a_method_leads_to_its_object_and_not_to_its_function() -> None:
    class Editor:
        def refresh(self) -> None:
            pass

    picture = gclab.graph(Editor().refresh)
    assert [node.title() for node in picture.nodes] == [
        "method test_a_method_leads_to_its_object_and_n…",
        "Editor",
    ]
    assert edges(picture) == ["n0 __self__ n1"]


def test_closures_are_followed_and_globals_are_not() -> None:
    def outer() -> Any:  # noqa: ANN401
        held: list[object] = []
        return lambda: held

    picture = gclab.graph(outer())
    assert [node.type_name for node in picture.nodes] == ["function", "cell", "list"]
    assert edges(picture) == ["n0 held n1", "n1 contents n2"]


def test_classes_modules_and_atoms_come_only_when_asked_for() -> None:
    held = [Thing, sys, "text", 10**30]
    assert len(gclab.graph(held).nodes) == 1
    picture = gclab.graph(held, include=["types", "modules", "atoms"], max_depth=1)
    names = {node.type_name for node in picture.nodes if node.kind != "more"}
    assert names == {"list", "type", "module", "str", "int"}


def test_roots_are_drawn_whatever_they_are() -> None:
    picture = gclab.graph(Thing, "text", max_nodes=2)
    assert [node.title() for node in picture.nodes[:2]] == ["type Thing", "str 'text'"]


def test_the_same_root_twice_is_one_node() -> None:
    thing = Thing()
    picture = gclab.graph(thing, thing)
    assert len(picture.nodes) == 1
    assert picture.nodes[0].count is not None
    assert picture.nodes[0].count.words() == "1 reference: 1 variable"


def test_what_the_limits_leave_out_is_one_node_with_a_number() -> None:
    picture = gclab.graph([[], [], [], []], max_nodes=3)
    assert picture.left_out == 2
    assert str(picture).count("2 more objects") == 2
    assert picture.nodes[-1].kind == "more"
    assert gclab.graph([[[]]], max_depth=1).left_out == 1


def test_a_hostile_object_is_drawn_without_its_help() -> None:
    holder = [Hostile(), Hostile()]
    picture = gclab.graph(holder)
    assert [node.type_name for node in picture.nodes] == ["list", "Hostile", "Hostile"]
    assert "Hostile" in picture._repr_mimebundle_()["text/html"]


def test_reported_field_paths_are_labels() -> None:
    class Session:
        def __init__(self, held: object) -> None:
            self.hidden = held

        def __gc_edges__(self) -> list[tuple[str, object]]:
            return [("children[2]", self.hidden), ("not there", object())]

    assert edges(gclab.graph(Session([]))) == ["n0 children[2] n1"]


def test_field_paths_that_fail_are_left_out() -> None:
    class Session:
        def __init__(self) -> None:
            self.held: list[object] = []

        def __gc_edges__(self) -> list[tuple[str, object]]:
            raise RuntimeError("already borrowed")

    assert edges(gclab.graph(Session())) == ["n0 held n1"]


def test_sets_have_a_stable_order() -> None:
    held = {(2,), (1,), frozenset([3])}
    assert [node.type_name for node in gclab.graph(held).nodes] == ["set", "frozenset", "tuple", "tuple"]


SCRIPT = """
import gclab
class Node: pass
a, b = Node(), Node()
a.others = {b, frozenset("xyz"), (1, 2)}
b.first = a
print(gclab.graph(a))
print(gclab.graph(a).to_dot())
print(gclab.graph(a)._repr_mimebundle_()["text/html"])
"""


def test_every_run_gives_the_same_bytes() -> None:
    """No address and no hash order may reach the output."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert len(set(runs)) == 1
    assert b"0x" not in runs[0]


def test_cycles_are_found_and_one_shortest_is_named() -> None:
    first: list[object] = []
    second: list[object] = [first, [first]]
    first.append(second)
    alone: list[object] = []
    alone.append(alone)
    picture = gclab.graph(first, alone)
    assert picture.cycles == (("n0", "n2"), ("n1",))
    assert [node.in_cycle for node in picture.nodes] == [True, True, True, True]
    assert "cycle: n0 list 1 item -> n2 list 2 items -> n0 list 1 item" in str(picture)


def test_a_chain_is_no_cycle() -> None:
    shared: list[object] = []
    picture = gclab.graph([[shared], shared])
    assert picture.cycles == ()
    assert not any(edge.in_cycle for edge in picture.edges)


def test_no_roots_is_an_error() -> None:
    with pytest.raises(gclab.GraphError, match="at least one object"):
        gclab.graph()


def test_what_runs_the_notebook_is_drawn_but_not_followed() -> None:
    """A thread refers to the kernel's streams, and those to everything else."""

    class Stream:
        def __init__(self) -> None:
            self.everything = [1, 2]

    Stream.__module__ = "ipykernel.iostream"
    stream = Stream()
    assert [node.type_name for node in gclab.graph([stream]).nodes] == ["list", "Stream"]
    assert [node.type_name for node in gclab.graph(stream).nodes] == ["Stream", "list"]


def test_a_function_that_came_in_by_another_way_has_the_arrow_of_its_method() -> None:
    """Methods are not followed to their functions; a function that is drawn must not lose a reference by that."""

    def work(thing: Thing) -> Thing:
        return thing

    picture = gclab.graph([work.__get__(Thing()), [work]])
    assert [edge.label for edge in picture.edges].count("__func__") == 1
    assert not any(node.unexplained for node in picture.nodes)
