"""From classes that grow to suspects: what keeps their objects alive, and which native class may hide it."""

from __future__ import annotations

import gc
import sys
import types
from collections import Counter, deque
from dataclasses import dataclass, replace
from importlib.machinery import ExtensionFileLoader
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
_MOST_ASKED: Final = 4  # objects of one class
_NOT_OWNED: Final = frozenset({"__globals__", "__builtins__"})  # a function owns these with the whole program
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
        also: another root that holds the newest object, in words; empty if there is none.
        modules: where the native classes can be imported from.

    """

    growth: Growth
    chain: Chain | None
    native: tuple[str, ...] = ()
    cycle: Cycle | None = None
    others: tuple[Growth, ...] = ()
    also: str = ""
    modules: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [str(self.growth)]
        if self.chain:
            lines.append(f"alive because of: {self.chain}")
        if self.also:
            lines.append(f"and because of: {self.also}")
        if self.cycle:
            lines.append(f"cycle: {self.cycle}")
        if self.native:
            asked = ", ".join(f"`gclab audit {name}`" for name in self.modules)
            lines.append(f"who may hide that reference: {', '.join(self.native)}{asked and f'; to be sure: {asked}'}")
        if self.others:
            lines.append(f"grow with it: {', '.join(f'{one.name} ({one.per_run:+g})' for one in self.others)}")
        return "\n    ".join(lines)


def suspects_of(growths: Iterable[Growth]) -> list[Suspect]:
    """Ask the newest object of each class why it is alive; classes that one reference keeps alive are one suspect."""
    growths = list(growths)
    newest = _newest({growth.name for growth in growths})
    # Built-in classes come last, their objects mostly grow because those of another class do; so do classes without
    # collector support, whose objects nobody lists.
    order = sorted(growths, key=lambda growth: (not newest[growth.name], "." not in growth.name))
    left = {growth.name: growth for growth in order}
    found: list[Suspect] = []
    reached: Counter[str] = Counter()
    with at_rest():
        while left:
            growth = left.pop(next(iter(left)))
            suspect, owner, below = _suspect_of(growth, newest, known=bool(reached[growth.name]))
            if owner in left:  # the object that the hidden reference leads to first is the one to name
                left[growth.name] = growth
                growth = left.pop(owner)
                suspect, _, below = _suspect_of(growth, newest, known=False)
            reached += below
            others = [left.pop(name) for name in _with_it(growth, below, left)] if suspect.native else []
            found.append(replace(suspect, others=tuple(others)))
    return sorted(found, key=lambda suspect: not suspect.native)


def _newest(names: set[str]) -> dict[str, list[Any]]:
    """Return the newest objects of each class, the last one first, without those that this question makes."""
    objects = gc.get_objects()
    found: dict[str, list[Any]] = {name: [] for name in names}
    known: dict[type, str] = {}  # a heap has many objects of few classes, and a name takes longer than a look-up
    for item in reversed(objects):
        name = known.get(type(item)) or known.setdefault(type(item), class_name(type(item)))
        if name in found and len(found[name]) < _MOST_ASKED:
            found[name].append(item)
    return found


def _with_it(growth: Growth, reached: Counter[str], left: dict[str, Growth]) -> list[str]:
    """Return the classes that grow only because the reference behind `growth` keeps their objects alive.

    A class that grows faster than that has another reason, too, and stays a suspect of its own.
    """
    references_a_run = growth.per_run / max(1, reached[growth.name])
    return sorted(name for name in left if reached[name] * references_a_run >= left[name].per_run)


def _suspect_of(growth: Growth, newest: dict[str, list[Any]], *, known: bool) -> tuple[Suspect, str, Counter[str]]:
    """Return the suspect, the first class on the way to it, and the classes that the hidden reference keeps alive.

    If it is `known` that a hidden reference keeps some objects of the class alive, others are looked for.
    """
    objects = newest[growth.name]
    if not objects:
        return Suspect(growth, None), "", Counter()
    ours = {id(newest), *map(id, newest.values())}
    while True:
        item = objects.pop(0)
        total = sys.getrefcount(item) - 2  # the variable here, and the argument
        climb = Climb(item, total, sys._getframe().f_back, ours)  # noqa: SLF001
        chains = climb.chains(3)
        hidden = next((chain for chain in chains if chain.kind == "unreported"), None)
        if hidden is None:
            return Suspect(growth, next(iter(chains), None)), "", Counter()
        if not (known and objects):
            break
    also = next((str(chain) for chain in chains if chain.kind != "unreported"), "")
    names = [class_name(type(climb.item(step))) for step in hidden.steps]
    owner = next((name for name in names if "." in name), "")
    first = climb.item(hidden.steps[0])
    del climb  # what it holds would look like more owners
    walk = _Walk(first)
    native = walk.native()
    suspect = Suspect(
        growth, hidden, tuple(map(class_name, native)), walk.cycle(item), also=also, modules=_modules_of(native)
    )
    return suspect, owner, walk.names()


def _modules_of(classes: Iterable[type]) -> tuple[str, ...]:
    """Return the packages that offer the classes: what PyO3 and others write into a class may be no module's name."""
    found: list[str] = []
    for cls in classes:
        homes = [
            (not is_a(getattr(module, "__loader__", None), ExtensionFileLoader), name.startswith("_"), name)
            for name, module in list(sys.modules.items())
            if is_a(module, types.ModuleType) and vars(module).get(cls.__name__) is cls and "@" not in name
        ]
        # Many packages import a class; the extension module that defines it lies in its own.
        found += [name.partition(".")[0] for _, _, name in sorted(homes)[:1]]
    return tuple(dict.fromkeys(found))


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
                if id(part) not in seen and not is_a(part, _ENDS) and label not in _NOT_OWNED:
                    seen.add(id(part))
                    queue.append(len(self._items))
                    self._items.append(part)
                    self._above.append((here, label))
        # An object that reports something else than its class may still hide a part, but is less likely to.
        native = [place for place, item in enumerate(self._items) if is_native(type(item))]
        self._native = sorted(native, key=lambda place: len(references(self._items[place])[0]) > 1)

    def names(self) -> Counter[str]:
        return Counter(class_name(type(item)) for item in self._items)

    def native(self) -> list[type]:
        return list(dict.fromkeys(type(self._items[place]) for place in self._native))[:_MOST_NATIVE]

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
