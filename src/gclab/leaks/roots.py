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
from gclab.graphs.labels import is_a, references, safe_text, shorten, type_name
from gclab.graphs.walk import is_immortal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import FrameType

__all__ = ["Chain", "Step", "chains", "root_of"]

_MOST_OBJECTS: Final = 5000
_MOST_LEVELS: Final = 40
UNREPORTED: Final = "a reference that no Python object reports"


@dataclass(frozen=True)
class Step:
    """One object of a chain, and the label of its reference to the next one (empty for the last, or if not known)."""

    type_name: str
    text: str
    label: str


@dataclass(frozen=True)
class Chain:
    """A root, and the objects from it down to the one that was asked for.

    Attributes:
        kind: ``"module"``, ``"class"``, ``"variable"`` or ``"unreported"``.
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
    found = (chain for chain in chains(item, caller, ignore) if chain.kind != "unreported")
    return next((chain.root for chain in found), "")


def chains(item: object, caller: FrameType | None, ignore: Collection[int] = ()) -> Iterator[Chain]:
    """Yield the shortest chains from roots down to `item`, each root once, the nearest first.

    Args:
        item: the object that is asked for.
        caller: the first frame whose variables count as roots; those of its callees are the search's own.
        ignore: ids of objects that are no roots and are not followed.

    """
    yield from _Climb(item, caller, ignore).chains()


class _Climb:
    """One search upwards. It holds every object that it has seen until it is dropped."""

    def __init__(self, item: object, caller: FrameType | None, ignore: Collection[int]) -> None:
        self._seen: list[Any] = [item]
        self._below: dict[int, int] = {id(item): -1}  # by id: the place in `_seen` of what it refers to
        self._ignore = set(ignore)
        self._variables = _variables(caller)
        self._own = {
            id(self._seen),
            id(self._below),
            id(self._ignore),
            id(self._variables),
            id(self.__dict__),
            id(self),
        }
        self._modules = {id(vars(module)): name for name, module in _modules()}
        self._own.add(id(self._modules))

    def chains(self) -> Iterator[Chain]:
        first, told = 0, set[str]()
        for _ in range(_MOST_LEVELS):
            level = self._seen[first:]
            start, first = first, len(self._seen)
            if not level or first > _MOST_OBJECTS:
                return
            owners = self._owners(level)
            found = [chain for place in range(start, first) for chain in self._roots(place, owners)]
            for chain in found:
                if chain.root not in told:
                    told.add(chain.root)
                    yield chain

    def _owners(self, level: list[Any]) -> Counter[int]:
        """Add the owners of `level` to what was seen; return how often each object of it is reported."""
        ids = {id(item): place for place, item in enumerate(self._seen)}
        asked = set(map(id, level))
        running = set(map(id, frames.chain(sys._getframe())))  # noqa: SLF001 - tracked before CPython 3.11
        counted: Counter[int] = Counter()
        for owner in gc.get_referrers(*level):
            if owner is level or id(owner) in self._own or id(owner) in running or owner is ids:
                continue
            parts = [id(part) for part in gc.get_referents(owner) if id(part) in asked]
            counted.update(parts)
            if parts and id(owner) not in self._below and id(owner) not in self._ignore:
                self._below[id(owner)] = ids[parts[0]]
                self._seen.append(owner)
        return counted

    def _roots(self, place: int, reported: Counter[int]) -> Iterator[Chain]:
        item = self._seen[place]
        key = id(item)
        if key in self._modules:
            yield self._chain("module", f"module {self._modules[key]}", place, skip=1)
            return
        if is_a(item, type) and place:
            yield self._chain("class", f"class {type_name(item)}", place, skip=1)
            return
        for words in self._variables.get(key, ()):
            yield self._chain("variable", words, place)
        ours = 2 + (1 if place == 0 else 0)  # `_seen` and `item` here; the first one also where the search began
        free = sys.getrefcount(item) - 1 - ours - reported[key] - len(self._variables.get(key, ()))
        if free > 0 and not is_a(item, (types.FrameType, types.ModuleType)) and not is_immortal(item):
            yield self._chain("unreported", UNREPORTED, place)

    def _chain(self, kind: str, root: str, place: int, skip: int = 0) -> Chain:
        """Walk down from `place`; the root itself is left out of the steps, but its label is kept."""
        steps, here = [], place
        while here >= 0:
            item, below = self._seen[here], self._below[id(self._seen[here])]
            label = _label(item, self._seen[below]) if below >= 0 else ""
            steps.append(Step(type_name(type(item)), safe_text(item), label))
            here = below
        if skip and steps[0].label:
            root = f"{root} {steps[0].label}"
        return Chain(kind, root, tuple(steps[skip:]))


def _label(owner: object, item: object) -> str:
    found = next((label for label, part in references(owner)[0] if part is item), "")
    return found if not found or found.startswith("[") else f".{found}"


def _modules() -> list[tuple[str, types.ModuleType]]:
    return [(name, module) for name, module in list(sys.modules.items()) if is_a(module, types.ModuleType)]


def _variables(caller: FrameType | None) -> dict[int, list[str]]:
    """Return, by id, the variables of running functions that hold an object, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    for frame, thread in _frames(caller):
        if frame.f_code.co_name == "<module>":
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
