"""From classes that grow to suspects: what keeps their objects alive, and which native class may hide it."""

from __future__ import annotations

import gc
import sys
import types
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.graphs.labels import is_a, references, safe_text, type_name
from gclab.graphs.walk import is_native
from gclab.leaks.cycle import Cycle
from gclab.leaks.factory import at_rest
from gclab.leaks.roots import Chain, Climb, Step
from gclab.leaks.samples import Growth, class_name

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Suspect", "suspects_of"]

_MOST_OBJECTS: Final = 200
_MOST_NATIVE: Final = 3
_ENDS: Final = (type, types.ModuleType, types.FrameType)  # from these on, a walk reaches the whole program


@dataclass(frozen=True)
class Suspect:
    """A class that grows, and why its newest object is alive.

    Attributes:
        growth: the class, and how it grows.
        chain: the shortest way from a root to its newest object; None if nothing was found.
        native: native classes that may hide the reference, where the root is one that nobody reports: the nearest of
            those whose objects report nothing at all come first.
        cycle: the smallest cycle through the nearest of them; None if there is none.
        others: classes that grow as well, because the same reference keeps their objects alive.

    """

    growth: Growth
    chain: Chain | None
    native: tuple[str, ...] = ()
    cycle: Cycle | None = None
    others: tuple[Growth, ...] = ()

    def __str__(self) -> str:
        lines = [str(self.growth)]
        if self.chain:
            lines.append(f"alive because of: {self.chain}")
        if self.cycle:
            lines.append(f"cycle: {self.cycle}")
        if self.native:
            modules = ", ".join(dict.fromkeys(f"`gclab audit {name.partition('.')[0]}`" for name in self.native))
            lines.append(f"who may hide that reference: {', '.join(self.native)}; to be sure: {modules}")
        if self.others:
            lines.append(f"grow with it: {', '.join(f'{one.name} ({one.per_run:+g})' for one in self.others)}")
        return "\n    ".join(lines)


def suspects_of(growths: Iterable[Growth]) -> list[Suspect]:
    """Ask the newest object of each class why it is alive; classes that one reference keeps alive are one suspect."""
    older = set(map(id, gc.get_objects()))  # without what this question makes
    # Built-in classes come last: their objects mostly grow because those of another class do.
    left = {growth.name: growth for growth in sorted(growths, key=lambda growth: "." not in growth.name)}
    found = []
    with at_rest():
        while left:
            growth = left.pop(next(iter(left)))
            suspect, reached = _suspect_of(growth, older)
            others = [left.pop(name) for name in sorted(reached & set(left))] if suspect.native else []
            found.append(Suspect(growth, suspect.chain, suspect.native, suspect.cycle, tuple(others)))
    return sorted(found, key=lambda suspect: not suspect.native)


def _suspect_of(growth: Growth, older: set[int]) -> tuple[Suspect, set[str]]:
    """Return the suspect, and the names of all classes that the reference behind it keeps alive."""
    newest = next(
        (item for item in reversed(gc.get_objects()) if class_name(type(item)) == growth.name and id(item) in older),
        None,
    )
    if newest is None:
        return Suspect(growth, None), set()
    total = sys.getrefcount(newest) - 2  # the variable here, and the argument
    climb = Climb(newest, total, sys._getframe().f_back, ())  # noqa: SLF001
    chains = climb.chains(2)
    hidden = next((chain for chain in chains if chain.kind == "unreported"), None)
    if hidden is None:
        return Suspect(growth, next(iter(chains), None)), set()
    first = climb.item(hidden.steps[0])
    del climb  # what it holds would look like more owners
    walk = _Walk(first)
    return Suspect(growth, hidden, walk.native(), walk.cycle(newest)), walk.names()


class _Walk:
    """The objects below one that a hidden reference leads to, the nearest first."""

    def __init__(self, first: object) -> None:
        self._items: list[Any] = [first]
        self._above: list[tuple[int, str]] = [(-1, "")]  # the place of what refers to the item, and the label
        seen = {id(first)}
        queue = deque([0])
        while queue and len(self._items) < _MOST_OBJECTS:
            here = queue.popleft()
            for label, part in references(self._items[here])[0]:
                if id(part) not in seen and not is_a(part, _ENDS):
                    seen.add(id(part))
                    queue.append(len(self._items))
                    self._items.append(part)
                    self._above.append((here, label))
        # An object that reports something else than its class may still hide a part, but is less likely to.
        native = [place for place, item in enumerate(self._items) if is_native(type(item))]
        self._native = sorted(native, key=lambda place: len(references(self._items[place])[0]) > 1)

    def names(self) -> set[str]:
        return {class_name(type(item)) for item in self._items}

    def native(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(class_name(type(self._items[place])) for place in self._native))[:_MOST_NATIVE]

    def cycle(self, start: object) -> Cycle | None:
        """Return the way down to the likeliest native object, which refers back unseen; `start` first if it is in."""
        if not self._native:
            return None
        places: list[int] = []
        here, label, steps = self._native[0], "", list[Step]()
        while here >= 0:
            item = self._items[here]
            places.insert(0, here)
            steps.insert(0, Step(here, type_name(type(item)), safe_text(item), label))
            here, label = self._above[here]
        last = len(steps) - 1
        cycle = Cycle(tuple(steps), hiding=last, native=last)
        begin = next((at for at, place in enumerate(places) if self._items[place] is start), 0)
        return cycle.from_step(begin)
