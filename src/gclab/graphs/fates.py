"""What a full collection does with each object of a picture, as strings and numbers."""

from __future__ import annotations

import gc
import types
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gclab.graphs.identity import Mark
from gclab.graphs.labels import class_vars, is_a, mro, safe_text, type_name
from gclab.graphs.references import referents

if TYPE_CHECKING:
    from gclab.graphs.collection import Collection
    from gclab.graphs.frames import Names
    from gclab.graphs.walk import Walk

__all__ = ["UNREPORTED", "Fate", "fates"]

UNREPORTED: Final = "a reference that nobody reports"


@dataclass(frozen=True)
class Fate:
    """One object and the numbers that the collector holds for it.

    Attributes:
        count: the reference count, without deleted variables.
        rest: what is left after the subtraction; None for an object that the collector does not examine.
        state: ``"alive"``, ``"freed"`` (by the collector, or with its last owner), ``"at once"`` (before any
            collection), ``"stuck"`` (unreachable, and nothing breaks its cycle) or ``"unexamined"``.
        by: what rescued it, or freed it; empty where nothing did.
        finaliser: whether its class has ``__del__``, which runs before anything is cleared.
        weak: how many weak references lead to it.
        callbacks: how many of those call a function when they are cleared.
        unsure: whether it is freed only if a native class drops what it reports.

    """

    count: int
    rest: int | None
    state: str
    by: str = ""
    finaliser: bool = False
    weak: int = 0
    callbacks: int = 0
    unsure: bool = False


def fates(found: Walk, run: Collection, held: dict[int, Names], deleted: dict[int, list[str]]) -> list[Fate]:
    """Return the fate of each drawn object.

    Args:
        found: the objects and arrows of the picture.
        run: the collection.
        held: names of the caller's variables, by the id of the object.
        deleted: those that count as deleted.

    """
    outside = _Outside(found, run)
    return [_fate(place, found, run, _names(item, held, deleted), outside) for place, item in enumerate(found.objects)]


def _names(item: object, held: dict[int, Names], deleted: dict[int, list[str]]) -> tuple[list[str], list[str]]:
    """Return the variables in frames and those in namespaces that hold `item`, without deleted ones."""
    names = held.get(id(item))
    gone = deleted.get(id(item), [])
    if names is None:
        return [], []
    return [n for n in names.direct if n not in gone], [n for n in names.indirect if n not in gone]


def _fate(place: int, found: Walk, run: Collection, names: tuple[list[str], list[str]], outside: _Outside) -> Fate:
    item = found.objects[place]
    key = id(item)
    rest = run.rest(key)
    weak = [ref for ref in weakref.getweakrefs(item) if type(ref) is not Mark]
    calls = sum(ref.__callback__ is not None and id(ref) not in run.gone for ref in weak)
    state, by = "unexamined", ""
    if key in run.at_once:
        state = "at once"
    elif key in run.stuck:
        state = "stuck"
    elif key in run.gone:
        state = "freed"
    elif rest is not None:
        state, by = "alive", _rescuer(place, found, run, names, outside)
    finaliser = any("__del__" in class_vars(base) for base in mro(type(item)))
    return Fate(run.counts[key], rest, state, by, finaliser, len(weak), calls, key in run.unsure)


def _rescuer(place: int, found: Walk, run: Collection, names: tuple[list[str], list[str]], outside: _Outside) -> str:
    direct, indirect = names
    key = id(found.objects[place])
    rest = run.rest(key)
    if rest:
        known = len(direct) >= rest
        return f"the variable {direct[0]}" if known else UNREPORTED
    if indirect:
        return f"the variable {indirect[0]}"
    level = run.level[key]
    owners = {a for a, b, _ in found.edges if b == place}
    nearer = [(run.level[id(found.objects[a])], a) for a in owners if id(found.objects[a]) in run.level]
    before = min(nearer, default=(level, 0))
    return f"n{before[1]}" if before[0] < level else outside.owner(key)


class _Outside:
    """Finds the rescuers that are not in the picture; asks only once, and only if there are any."""

    def __init__(self, found: Walk, run: Collection) -> None:
        self._found, self._run = found, run
        self._owners: dict[int, set[str]] | None = None

    def owner(self, key: int) -> str:
        """Return in words what an object that was rescued first reaches the object of `key`."""
        if self._owners is None:
            self._owners = self._ask()
        return min(self._owners.get(key, set()), default="an object outside the picture")

    def _ask(self) -> dict[int, set[str]]:
        drawn = {id(item) for item in self._found.objects}
        names: dict[int, set[str]] = {}
        for owner in gc.get_referrers(*self._found.objects):
            level = self._run.level.get(id(owner))
            if level is None:
                continue
            for part in map(id, referents(owner)):
                if part in drawn and self._run.level.get(part) == level + 1:
                    names.setdefault(part, set()).add(_words(owner))
        return names


def _words(owner: object) -> str:
    if type(owner) is dict and "__name__" in owner and "__builtins__" in owner:
        return f"the variables of the module {owner['__name__']}"
    if is_a(owner, types.CellType):
        return "a variable that functions share"
    return f"{type_name(type(owner))} {safe_text(owner)}".rstrip() + " (outside the picture)"
