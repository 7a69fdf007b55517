"""What runs under valgrind: reads cases from its input, and measures each once.

A case is ``{"class": .., "objects": .., "references": ..}``, a collection over so many objects, or the same with
``"times"``: so many calls of the traversal of one object. ``{"way": .., "operation": .., "count": ..}`` shares values.
"""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING, Any

import pyo3_gc_bench as module
from results import progress

if TYPE_CHECKING:
    from collections.abc import Callable


class OneSlot:
    """An object of Python with one attribute."""

    __slots__ = ("next",)

    def __init__(self, target: object, _references: int) -> None:
        self.next = target


class FourSlots:
    """An object of Python with four attributes that hold an object of the collector, and others."""

    __slots__ = ("name", "on_close", "on_open", "owner", "parent", "retries")

    def __init__(self, target: object, _references: int) -> None:
        self.name, self.retries = "session", 3
        self.on_open = self.on_close = self.owner = self.parent = target


SHAPES = ("Slot", "Session", "Items", "Registry")
VERSIONS = {"derived": module.derived, "by_hand": module.by_hand}
CLASSES: dict[str, Callable[[object, int], object]] = {
    "one __slots__": OneSlot,
    "four __slots__": FourSlots,
    "list": lambda target, references: [target] * references,
    "dict": lambda target, references: {str(index): target for index in range(references)},
    **{f"{name} {shape}": getattr(version, shape) for name, version in VERSIONS.items() for shape in SHAPES},
    "Numbers": lambda _, references: module.Numbers(references),
    "Pairs": lambda _, references: module.Pairs(references),
    "Nothing": lambda _, references: module.Nothing(references),
}


def main() -> None:
    """Measure every case of the input, in its order."""
    cases = json.load(sys.stdin)
    gc.set_threshold(0)
    for place, case in enumerate(cases, 1):
        progress(f"{place} of {len(cases)} counted")
        if "way" in case:
            module.share(case["way"], case["operation"], case["count"], int)
        else:
            measure(CLASSES[case["class"]], case)
    progress("")


def measure(make: Callable[[object, int], object], case: dict[str, Any]) -> None:
    """Let the collector see the new objects alone, and count."""
    holder: list[object] = [None] * case["objects"]
    gc.collect()
    gc.freeze()  # also the list that holds the objects, so that looking at it costs nothing
    target: list[object] = []
    for place in range(case["objects"]):
        holder[place] = make(target, case["references"])
    gc.collect()  # the first one moves them to the oldest generation
    if "times" in case:
        module.traverse(holder[0], case["times"])
    else:
        module.collect()
    holder.clear()
    gc.unfreeze()


if __name__ == "__main__":
    main()
