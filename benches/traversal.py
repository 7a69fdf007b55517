"""How many instructions the collector needs for an object, for a reference, and for contents that own nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import callgrind
from results import Bar, Table

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = {"Slot": "one __slots__", "Session": "four __slots__", "Items": "list", "Registry": "dict"}
FEW, MANY = 28, 56  # seven eighths of a power of two: a hash table of these is always equally full
OBJECTS = 1000
CONTENTS = {"Numbers": "Vec<u64>", "Pairs": "Vec<(u32, String)>", "Nothing": "Vec<Option<Py<PyAny>>>"}
ELEMENTS = (1_000_000, 10_000_000)
PER_REFERENCE = 1.1


def traversal_cases(name: str) -> list[dict[str, Any]]:
    """Return the measurements of a class: each figure is a difference of two."""
    case = {"class": name, "objects": OBJECTS, "references": FEW}
    alone = {**case, "objects": 1, "times": OBJECTS}
    return [
        *(case, {**case, "objects": 2 * OBJECTS}, {**case, "references": MANY}),
        *(alone, {**alone, "times": 2 * OBJECTS}, {**alone, "references": MANY}),
    ]


def figures(counted: list[int]) -> tuple[float, float, float, float]:
    """Return what an object and an extra reference cost, in the collection and in ``tp_traverse`` alone."""
    once, twice, longer, calls, more_calls, longer_calls = counted
    extra = OBJECTS * (MANY - FEW)
    return (
        (twice - once) / OBJECTS,
        (longer - once) / extra,
        (more_calls - calls) / OBJECTS,
        (longer_calls - calls) / extra,
    )


def traversal(module: Path) -> tuple[list[Table], list[Bar]]:
    """Compare the derived hooks with those written by hand and with types of C."""
    names = [name for shape, c in SHAPES.items() for name in (f"derived {shape}", f"by_hand {shape}", c)]
    cases = [traversal_cases(name) for name in names]
    counted = iter(callgrind.counts([case for of_class in cases for case in of_class], module))
    found = {name: figures([next(counted) for _ in of_class]) for name, of_class in zip(names, cases, strict=True)}
    table = Table(
        f"Instructions; an object of Items, Registry, list and dict has {FEW} references",
        ("class", "gc.collect(), object", "extra reference", "tp_traverse, object", "extra reference"),
        tuple((name, *figure) for name, figure in found.items()),
    )
    bars = [
        Bar(f"tp_traverse of {shape}, derived, beside the one by hand", found[f"derived {shape}"][2], by_hand[2])
        for shape in SHAPES
        for by_hand in [found[f"by_hand {shape}"]]
    ]
    limit = PER_REFERENCE * found["list"][1]
    bars.append(Bar("extra reference in a Vec, derived, beside a list", found["derived Items"][1], limit))
    return [table], bars


def elision(module: Path) -> tuple[list[Table], list[Bar]]:
    """Compare collections with a million and with ten million elements."""
    cases = [{"class": name, "objects": 1, "references": count} for name in CONTENTS for count in ELEMENTS]
    counted = callgrind.counts(cases, module)
    pairs = dict(zip(CONTENTS, zip(counted[::2], counted[1::2], strict=True), strict=True))
    table = Table(
        "Instructions of gc.collect() with one object",
        ("content", *(f"{count:,} elements" for count in ELEMENTS)),
        tuple((CONTENTS[name], *pair) for name, pair in pairs.items()),
    )
    bars = [
        Bar(f"gc.collect() with ten times as much in a {CONTENTS[name]}", pair[1], pair[0])
        for name, pair in pairs.items()
        if name != "Nothing"
    ]
    # The other one must cost something, or there would be nothing to leave out and nothing would have been measured.
    least, found = ELEMENTS[1], pairs["Nothing"][1]
    bars.append(Bar(f"one instruction an element, where all of {CONTENTS['Nothing']} are looked at", least, found))
    return [table], bars
