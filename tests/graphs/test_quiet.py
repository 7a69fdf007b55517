"""Taking a picture changes nothing that it shows: no count, no object, and no code of the objects runs."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import gclab
from gclab.graphs.identity import identify

if TYPE_CHECKING:
    from collections.abc import Iterator


class Thing:
    """An object with attributes."""

    def call(self) -> None:
        pass


class Slotted:
    __slots__ = ("part",)


def thing(parts: list[Any]) -> Any:  # noqa: ANN401
    made: Any = Thing()
    for place, part in enumerate(parts):
        setattr(made, f"part{place}", part)
    made.own = made.call
    return made


def slotted(parts: list[Any]) -> Any:  # noqa: ANN401
    made: Any = Slotted()
    made.part = parts
    return made


def closure(parts: list[Any]) -> Any:  # noqa: ANN401
    return lambda: parts


def waiting(parts: list[Any]) -> Any:  # noqa: ANN401
    def steps() -> Iterator[Any]:
        yield parts

    made = steps()
    next(made)
    return made


def ring(parts: list[Any]) -> list[Any]:
    parts.append(parts)
    return parts


MAKERS = (list, tuple, thing, slotted, closure, waiting, ring, lambda parts: dict(enumerate(parts)))
shapes = st.recursive(
    st.builds(Thing) | st.integers() | st.text(max_size=3),
    lambda parts: st.builds(lambda make, some: make(some), st.sampled_from(MAKERS), st.lists(parts, max_size=7)),
    max_leaves=30,
)


def counts() -> dict[int, tuple[str, int]]:
    """Return class and reference count of each tracked object, by address."""
    found: dict[int, tuple[str, int]] = {}
    for item in gc.get_objects():  # a comprehension would be a new function each time
        found[id(item)] = type(item).__name__, sys.getrefcount(item)
    return found


@given(shapes)
@settings(deadline=None, max_examples=10, phases=[Phase.generate])  # each failing shape is a small one anyway
def test_no_count_of_any_object_changes(root: object) -> None:
    """The first picture makes CPython make the dictionaries of instances, and marks each object for `compare`."""
    assert str(gclab.graph(root, max_nodes=8))
    gc.collect()
    identify([])  # forgets the marks of objects that are gone, as the next picture would
    gc.disable()
    try:
        before = counts()
        gclab.graph(root, max_nodes=8)
        after = counts()
    finally:
        gc.enable()
    changed = {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()}
    assert {key: pair for key, pair in changed.items() if pair[0] != pair[1] and not of_the_test(pair)} == {}


def of_the_test(pair: tuple[tuple[str, int] | None, tuple[str, int] | None]) -> bool:
    """Tell whether an entry is the dictionary ``before`` itself, or one of the tuples in it."""
    return pair[0] is None and pair[1] is not None and pair[1][0] in ("dict", "tuple")


class Loud:
    """A class whose every hook speaks up."""

    said: list[str] = []  # noqa: RUF012 - one list for all, so that no instance holds it

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        Loud.said.append(name)
        return object.__getattribute__(self, name)

    def __repr__(self) -> str:
        Loud.said.append("__repr__")
        return "loud"

    def __hash__(self) -> int:
        Loud.said.append("__hash__")
        return 1

    def __eq__(self, other: object) -> bool:
        Loud.said.append("__eq__")
        return self is other

    def __len__(self) -> int:
        Loud.said.append("__len__")
        return 0

    def __iter__(self) -> Iterator[object]:
        Loud.said.append("__iter__")
        return iter(())

    def __del__(self) -> None:
        Loud.said.append("__del__")


class LoudList(Loud, list[object]):  # type: ignore[misc] # its hash is not the one of a list
    """The same for a built-in class with content."""


@pytest.mark.parametrize("make", [Loud, LoudList])
def test_no_code_of_an_object_runs(make: type[Loud]) -> None:
    held: list[Any] = [make(), {"key": make()}]
    held[0].part = {0: held[1]}
    Loud.said.clear()
    picture = gclab.graph(held, include=["atoms", "types"], max_depth=4)
    assert picture._repr_mimebundle_()
    assert Loud.said == []


def test_no_collection_comes_in_between() -> None:
    """It would free garbage, whose references were counted already, and run its finalisers."""

    def note(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            during.append(sys._getframe(1).f_globals.get("__name__", ""))  # noqa: SLF001 - who was interrupted

    during: list[str] = []
    held: list[list[Any]] = [[[]] for _ in range(5000)]
    gc.callbacks.append(note)
    try:
        gclab.graph(held)
    finally:
        gc.callbacks.remove(note)
    assert not {name for name in during if name.startswith("gclab.graphs")} - {"gclab.graphs.draw"}
    assert gc.isenabled()
