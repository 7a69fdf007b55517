"""From an object up to what keeps it alive: modules, classes, variables, and references that nobody reports."""

from __future__ import annotations

import gc
import re
import sys
import threading
import types
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.graphs import frames
from gclab.graphs.counts import HELD_BY_CPYTHON
from gclab.graphs.labels import is_a, references, safe_text, shorten, type_name
from gclab.graphs.references import referents
from gclab.graphs.walk import is_immortal, package_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import FrameType

__all__ = ["Chain", "Climb", "Step", "chains", "root_of"]

_MOST_OBJECTS: Final = 5000
_MOST_LEVELS: Final = 40
_SHELLS: Final = frozenset({"IPython", "ipykernel"})  # what they keep, they keep in many places at once
UNREPORTED: Final = "a reference that no Python object reports"


@dataclass(frozen=True)
class Step:
    """One object of a chain.

    Attributes:
        number: the same for the same object in all chains of one search.
        type_name: the name of its class.
        text: a name, a length or a plain value.
        label: of its reference to the next object; empty for the last one, or if it is not known.

    """

    number: int
    type_name: str
    text: str
    label: str


@dataclass(frozen=True)
class Chain:
    """A root, and the objects from it down to the one that was asked for.

    Attributes:
        kind: ``"module"``, ``"class"``, ``"variable"``, ``"notebook"`` (IPython itself) or ``"unreported"``.
        root: the root in words, such as ``variable editor of main (app.py:12)``.
        steps: the objects, beginning with the one that the root refers to.

    """

    kind: str
    root: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        parts = [self.root]
        for step in self.steps:
            title = f"{step.type_name} {step.text}".rstrip()
            parts.append(f" -> {title}{f' {step.label}' if step.label else ''}")
        return "".join(parts)


def root_of(item: object, caller: FrameType | None, ignore: Collection[int] = ()) -> str:
    """Return in words the nearest root that reaches `item` and is not a reference that nobody reports; else empty."""
    found = chains(item, 0, caller, most=2, ignore=ignore)
    return next((chain.root for chain in found if chain.kind != "unreported"), "")


def chains(
    item: object, total: int, caller: FrameType | None, *, most: int, ignore: Collection[int] = ()
) -> list[Chain]:
    """Return the shortest chains from roots down to `item`, each root once, the nearest first.

    Args:
        item: the object that is asked for.
        total: the number of references to it, without those of the question; 0 if it does not matter.
        caller: the first frame whose variables count as roots; those of its callees are the search's own.
        most: how many chains are returned at most.
        ignore: ids of objects that are no roots and are not followed.

    """
    return Climb(item, total, caller, ignore).chains(most)


class Climb:
    """One search upwards; see `chains`. It holds every object that it has seen until it is dropped."""

    def __init__(self, item: object, total: int, caller: FrameType | None, ignore: Collection[int]) -> None:
        self._seen: list[Any] = [item]
        self._below: list[int] = [-1]  # for each of them, the place of what it refers to
        self._known = {id(item)}
        self._total = total
        self._ignore = set(ignore)
        self._variables = _variables(caller)
        self._modules = {id(vars(module)): name for name, module in _modules()}
        self._own = {id(self), id(self.__dict__), *map(id, self.__dict__.values())}

    def item(self, step: Step) -> object:
        """Return the object of a step."""
        return self._seen[step.number]

    def chains(self, most: int) -> list[Chain]:
        """Return the shortest chains, each root once, the nearest first."""
        first = 0
        doubtful: list[Chain] = []
        told: dict[str, Chain] = {}
        for _ in range(_MOST_LEVELS):
            start, first = first, len(self._seen)
            if start == first or first > _MOST_OBJECTS or len(told) >= most:
                break
            reported = self._add_owners(start)
            for chain in [chain for place in range(start, first) for chain in self._roots(place, reported)]:
                if chain.kind == "unreported" and is_a(self._seen[chain.steps[0].number], HELD_BY_CPYTHON):
                    doubtful.append(chain)
                else:
                    told.setdefault(chain.root, chain)
        return (list(told.values()) or doubtful)[:most]

    def _add_owners(self, start: int) -> Counter[int]:
        """Add the owners of what was seen last; return how often each object of that is reported."""
        asked = tuple(item for item in self._seen[start:] if start == 0 or not self._ends(item))
        if not asked:
            return Counter()
        place = {id(item): number for number, item in enumerate(self._seen)}
        ids = set(map(id, asked))
        running = (frame for frame, _ in _frames(sys._getframe()))  # noqa: SLF001 - tracked before CPython 3.11
        own = {*self._own, id(asked), *map(id, running)}
        counted: Counter[int] = Counter()
        for owner in gc.get_referrers(*asked):
            parts = [] if id(owner) in own else [id(part) for part in referents(owner) if id(part) in ids]
            counted.update(parts)
            if id(owner) in self._ignore or (id(owner) in self._known and not self._ends(owner)):
                continue
            # A module is a root by each of its globals; any other object is on one way only.
            for part in dict.fromkeys(parts if self._ends(owner) else parts[:1]):
                self._known.add(id(owner))
                self._below.append(place[part])
                self._seen.append(owner)
        return counted

    def _ends(self, item: object) -> bool:
        """Tell whether an object is a root: what refers to it does not matter."""
        return id(item) in self._modules or is_a(item, (type, types.ModuleType)) or package_of(type(item)) in _SHELLS

    def _roots(self, place: int, reported: Counter[int]) -> Iterator[Chain]:
        item = self._seen[place]
        key = id(item)
        variables = self._variables.get(key, ())
        if place and self._ends(item):
            yield self._named(place)
            return
        for words in variables:
            yield Chain("variable", words, self._steps(place))
        total = self._total if place == 0 else sys.getrefcount(item) - 3  # `_seen`, `item`, the argument
        if total > reported[key] + len(variables) and not is_immortal(item):
            yield Chain("unreported", UNREPORTED, self._steps(place))

    def _steps(self, place: int) -> tuple[Step, ...]:
        """Walk down from `place` to the object that was asked for."""
        steps, here = [], place
        while here >= 0:
            item, below = self._seen[here], self._below[here]
            label = _label(item, self._seen[below]) if below >= 0 else ""
            steps.append(Step(here, type_name(type(item)), safe_text(item), label))
            here = below
        return tuple(steps)

    def _named(self, place: int) -> Chain:
        """Put the root and its label into one phrase; the dictionary of a class is part of it."""
        item, steps = self._seen[place], self._steps(place)
        name = self._modules.get(id(item))
        if name is not None:
            return Chain("module", f"global {_plain(steps[0].label)} of module {name}", steps[1:])
        if is_a(item, types.ModuleType):
            return Chain("module", f"module {safe_text(item)}", steps[1:])
        if not is_a(item, type):
            return Chain("notebook", "IPython", steps[1:])
        if not steps[0].label and len(steps) > 1 and steps[1].type_name == "dict":
            steps = steps[1:]
        label = _plain(steps[0].label)
        return Chain("class", f"{label and f'attribute {label} of '}class {type_name(item)}", steps[1:])


def _plain(label: str) -> str:
    """``['cache']`` gives ``cache``."""
    return label[2:-2] if label.startswith("['") else label.removeprefix(".")


def _label(owner: object, item: object) -> str:
    labels = [label for label, part in references(owner)[0] if part is item]
    found = next((label for label in labels if not label.startswith("['_")), (labels or [""])[0])
    return found if not found or found.startswith("[") else f".{found}"


def _modules() -> list[tuple[str, types.ModuleType]]:
    return [(name, module) for name, module in list(sys.modules.items()) if is_a(module, types.ModuleType)]


def _variables(caller: FrameType | None) -> dict[int, list[str]]:
    """Return, by id, the variables of running functions that hold an object, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    for frame, thread in _frames(caller):
        if frame.f_code.co_name == "<module>" or frame.f_globals.get("__name__", "").startswith("gclab."):
            continue
        file = shorten(re.split(r"[\\/]", frame.f_code.co_filename)[-1])
        where = f"{frame.f_code.co_name} ({file}:{frame.f_lineno})"
        for name, key in frames.variables(frame):
            found[key].append(f"variable {name} of {where}{thread}")
    return dict(found)


def _frames(caller: FrameType | None) -> Iterator[tuple[FrameType, str]]:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    tops = sys._current_frames()  # noqa: SLF001 - documented in the standard library
    tops.pop(threading.get_ident(), None)
    yield from ((frame, "") for frame in frames.chain(caller))
    for ident, top in tops.items():
        yield from ((frame, f" in thread {names.get(ident, ident)}") for frame in frames.chain(top))
