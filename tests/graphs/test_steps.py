"""What `gclab.collector_steps` foresees is what a collection then does, object by object."""

from __future__ import annotations

import ctypes
import gc
import random
import sys
import weakref
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import gclab
from gclab.graphs.walk import Limits, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from tests.graphs.conftest import Golden, Places

SVG = "{http://www.w3.org/2000/svg}"
DECREF = ctypes.pythonapi.Py_DecRef
DECREF.argtypes = [ctypes.py_object]


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
    return [ref() is not None if ref else tracked.get(key) == cls for ref, key, cls in items]


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
    exec(f"steps = gclab.collector_steps({roots}, deleted={deleted!r})", names)  # noqa: S102
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


def example() -> gclab.CollectorSteps:
    kept: Any = Thing()
    kept.me = kept
    lost: Any = Thing()
    lost.parts = [lost, kept, b"text"]
    return gclab.collector_steps(kept, lost, deleted=("lost",), include=("atoms",))


def test_the_four_pictures(golden: Golden) -> None:
    for number, frame in enumerate(example().frames, 1):
        assert golden(f"steps-{number}.dot", frame.dot)


def test_a_box_stands_at_the_same_place_in_all_pictures(places: Callable[[str], Places]) -> None:
    first, *others = (places(frame.dot) for frame in example().frames)
    assert len(first) >= 4
    assert all(other == first for other in others)


def test_the_pictures_are_figures_with_captions_and_descriptions() -> None:
    page = ET.fromstring(example()._repr_mimebundle_()["text/html"])  # noqa: S314
    figures = page.findall(".//figure")
    assert [figure.findtext("figcaption/b") for figure in figures] == [
        "1 Count.",
        "2 Subtract.",
        "3 Rescue.",
        "4 Clear.",
    ]
    for figure in figures:
        picture = figure.find(f".//{SVG}svg")
        assert picture is not None
        assert picture.get("role") == "img"
        assert "Thing" in (picture.findtext(f"{SVG}desc") or "")
    ids = [element.get("id") for element in page.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert not page.findall(".//script")
