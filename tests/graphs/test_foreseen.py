"""What `gclab.collector_steps` foresees is what a collection then does, object by object."""

from __future__ import annotations

import ctypes
import gc
import random
import sys
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import gclab
from gclab.graphs.limits import Limits
from gclab.graphs.walk import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator


class Thing:
    def method(self) -> None:
        pass

    def make(self) -> Callable[[], object]:
        return lambda: self

    def steps(self) -> Iterator[object]:
        yield self

    def sent(self) -> Generator[None, object, None]:
        held = yield
        yield
        assert held


class Slotted:
    __slots__ = ("a", "b")


class Silent:
    """Stands for a native object that owns a reference and does not report it."""

    def __init__(self, held: object) -> None:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(held))
        self.address = id(held)


class Finalised:
    def __del__(self) -> None:
        pass


class Returning:
    home: list[object] = []  # noqa: RUF012 - where its objects come back to

    def __del__(self) -> None:
        self.home.append(self)


TOOLS = {cls.__name__: cls for cls in (Thing, Slotted, Silent, Finalised, Returning)} | {
    "weakref": weakref, "gclab": gclab, "gc": gc, "sys": sys,
}  # fmt: skip


Mark = tuple[Any, int, int]  # a weak reference or None, the address, and that of the class


def alive(items: list[Mark]) -> list[bool | None]:
    """Tell which objects still exist; None for one that allows no weak reference and is not tracked."""
    tracked = {id(item): id(type(item)) for item in gc.get_objects()}
    left: list[bool | None] = []
    for ref, key, cls in items:  # no comprehension: its closure cell could lie where a freed one lay
        left.append(ref() is not None if ref else tracked.get(key) == cls)
    return left


class Watch(weakref.ref[Any]):
    """Python shares plain weak references: one of the test's would keep the cell's alive."""


def marked(item: object) -> Mark:
    try:
        return Watch(item), id(item), id(type(item))
    except TypeError:
        return None, id(item), id(type(item))


def foresee(cell: str, roots: str, deleted: tuple[str, ...]) -> tuple[gclab.CollectorSteps, list[str], list[str]]:
    """Run a cell; return the steps, the node ids foreseen to be collected, and those that then are.

    Nodes that nobody can observe afterwards (no weak reference, not tracked) are in neither list.
    """
    names: dict[str, Any] = {"__name__": "a notebook", **TOOLS}
    exec(cell, names)  # noqa: S102 - at the top level, as in a cell: there no call holds anything
    exec(f"steps = gclab.collector_steps({roots}, deleted={deleted!r}, max_nodes=60)", names)  # noqa: S102
    steps: gclab.CollectorSteps = names["steps"]
    found = walk(eval(f"({roots},)", names), Limits(), id(names))  # noqa: S307
    seen = [n for n, item in enumerate(found.objects) if marked(item)[0] or gc.is_tracked(item)]
    marks = [marked(found.objects[n]) for n in seen]
    del found
    gc.disable()
    try:
        for name in deleted:
            del names[name]
        gc.collect()
        left = alive(marks)
    finally:
        gc.enable()
    gone = [f"n{n}" for n, living in zip(seen, left, strict=True) if not living]
    return steps, [name for name in steps.collected if name in {f"n{n}" for n in seen}], gone


SHAPES = {
    "an instance that refers to itself": ("a = Thing(); a.me = a", "a", ("a",)),
    "a cycle that is still held": ("a = Thing(); a.me = a", "a", ()),
    "a cycle that has a second variable": ("a = b = Thing(); a.me = a", "a", ("a",)),
    "a cycle whose both variables go": ("a = b = Thing(); a.me = a", "a", ("a", "b")),
    "no cycle at all": ("a = Thing(); a.parts = [Thing(), {'k': Thing()}]", "a", ("a",)),
    "a part that is held elsewhere": ("a = Thing(); a.part = p = Thing(); p.up = a; p.up = None", "a", ("a",)),
    "a whole kept by a part": ("a = Thing(); a.part = p = Thing(); p.up = a", "a", ("a",)),
    "a list in itself": ("a = []; a.append(a)", "a", ("a",)),
    "a dict in itself": ("a = {}; a['me'] = a", "a", ("a",)),
    "a tuple in its list": ("a = []; a.append((a, ()))", "a", ("a",)),
    "a set of its owner": ("a = Thing(); a.all = {a}", "a", ("a",)),
    "slots": ("a = Slotted(); a.a = [a]; a.b = Thing()", "a", ("a",)),
    "a bound method": ("a = Thing(); a.call = a.method", "a", ("a",)),
    "a closure": ("a = Thing(); a.call = a.make()", "a", ("a",)),
    "a suspended generator": ("a = Thing(); a.run = a.steps(); r = next(a.run); del r", "a", ("a",)),
    "a generator that did not start": ("a = Thing(); a.run = a.steps()", "a", ("a",)),
    "a generator that holds itself": ("a = Thing().sent(); next(a); r = a.send(a); del r", "a", ("a",)),
    "two cycles, one held": ("a = Thing(); a.me = a; b = Thing(); b.me = [b]; a.b = b", "a, b", ("a",)),
    "two cycles, the outer held": ("a = Thing(); a.me = a; b = Thing(); b.me = [b]; a.b = b", "a, b", ("b",)),
    "a weak reference": ("a = Thing(); a.me = a; w = weakref.ref(a, print)", "a", ("a",)),
    "a weak reference in the cycle": ("a = Thing(); a.me = a; a.w = weakref.ref(a, lambda _: None)", "a", ("a",)),
    "a weak dictionary": ("a = Thing(); a.me = a; d = weakref.WeakKeyDictionary({a: 1})", "a", ("a",)),
    "a finaliser": ("a = Finalised(); a.me = a; a.part = Thing()", "a", ("a",)),
    "an unreported owner": ("a = Thing(); a.me = a; s = Silent(a)", "a, s", ("a", "s")),
    "an unreported owner in the cycle": ("a = Thing(); a.call = a.method; a.s = Silent(a.call)", "a", ("a",)),
    "held by a class": ("a = Thing(); a.me = a; Thing.last = a", "a", ("a",)),
    "held by a module": ("a = Thing(); a.me = a; sys.modules['gclab'].last = a", "a", ("a",)),
    "an instance dict that was read": ("a = Thing(); a.me = a; a.__dict__['x'] = [a]", "a", ("a",)),
    "an instance dict that is held": ("a = Thing(); a.me = a; d = a.__dict__", "a", ("a",)),
    "a frame in a traceback": ("try: raise ValueError\nexcept ValueError as e: a = e; a.me = a", "a", ("a",)),
    "a class of its own": ("a = type('Own', (), {}); a.one = a()", "a", ("a",)),
}


@pytest.mark.parametrize(("cell", "roots", "deleted"), SHAPES.values(), ids=SHAPES)
def test_what_is_foreseen_happens(cell: str, roots: str, deleted: tuple[str, ...]) -> None:
    steps, foreseen, gone = foresee(cell, roots, deleted)
    assert foreseen == gone, steps
    for name in ("last",):
        for owner in (Thing, gclab):
            if name in vars(owner):
                delattr(owner, name)


def random_cell(seed: int) -> tuple[str, str, tuple[str, ...]]:
    """Return a cell that makes objects, references among them in all directions, and drops some variables."""
    choose = random.Random(seed)  # noqa: S311 - not for secrets
    size = choose.randint(2, 12)
    makers = ["Thing()", "[]", "{}", "Slotted()", "Finalised()"]
    kinds = [choose.choice(makers) for _ in range(size)]
    lines = [f"o{n} = {kind}" for n, kind in enumerate(kinds)]
    for number in range(choose.randint(size // 2, 2 * size)):
        source, target = choose.randrange(size), choose.randrange(size)
        value = choose.choice(["o{0}", "[o{0}]", "(o{0}, 1)", "weakref.ref(o{0}) if '__weakref__' in dir(o{0}) else 0"])
        value = value.format(target)
        lines.append(
            {
                "[]": f"o{source}.append({value})",
                "{}": f"o{source}[{number}] = {value}",
                "Slotted()": f"o{source}.{choose.choice('ab')} = {value}",
            }.get(kinds[source], f"o{source}.x{number} = {value}")
        )
    variables = [f"o{n}" for n in range(size)]
    return "\n".join(lines), ", ".join(variables), tuple(name for name in variables if choose.random() < 0.7)


@pytest.fixture
def small_heap() -> Iterator[None]:
    """Freeze what exists, so that a collection and its rehearsal are quick."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("small_heap")
@pytest.mark.parametrize("seed", range(60))
def test_what_is_foreseen_for_random_graphs_happens(seed: int) -> None:
    cell, roots, deleted = random_cell(seed)
    steps, foreseen, gone = foresee(cell, roots, deleted)
    assert foreseen == gone, f"{cell}\ndel {deleted}\n{steps}"


def test_a_finaliser_that_brings_its_object_back_is_named() -> None:
    """Nobody can foresee what a finaliser does; the result says whose finaliser runs."""
    steps, foreseen, _ = foresee("a = Returning(); a.me = a; a.part = Thing()", "a", ("a",))
    assert [type(item) for item in Returning.home] == [Returning]
    assert foreseen == ["n0", "n1"]
    assert steps.finalisers == ("n0",)
    assert "finaliser runs: may bring it back" in str(steps.frames[3])
    for item in Returning.home:
        vars(item).clear()
    Returning.home.clear()
