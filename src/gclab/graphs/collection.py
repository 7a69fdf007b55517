"""A full collection of CPython's garbage collector, played through on numbers: nothing is collected.

The steps are those of ``Modules/gcmodule.c`` (CPython 3.10 and 3.11, since 3.12 with ``Python/gc.c``): take each
tracked object's reference count (``update_refs``), subtract the references that tracked objects report
(``subtract_refs``), rescue what a rest reaches (``move_unreachable``), clear what is left (``delete_garbage``).
"""

from __future__ import annotations

import ctypes
import gc
import types
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from gclab.graphs.labels import mro
from gclab.graphs.references import reference_counts, referents
from gclab.graphs.walk import IMMORTAL, is_native

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gclab.graphs.variables import Deletion

__all__ = ["Collection"]

_TP_CLEAR: Final = 51  # Py_tp_clear, typeslots.h
_CLOSED: Final = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)


@dataclass
class Collection:
    """What a full collection would do now. It keeps all tracked objects alive: drop it soon.

    Each mapping is by the id of the object.

    Attributes:
        counts: the reference count, without gclab's own references and those of deleted variables.
        examined: the objects whose references the collector subtracts: all tracked ones, without immortal ones.
        objects: the objects themselves.
        cut: for each namespace or closure cell with a deleted variable, what it no longer holds.
        visits: how many references of examined objects lead to an object.
        level: how many references away from an object with a rest an object was rescued.
        at_once: objects that the deletion of the variables frees before any collection.
        stuck: unreachable objects of a cycle in which no class can drop a reference; they stay.
        unsure: unreachable objects that stay, too, if no native class drops what it reports.
        gone: all objects that do not exist after the collection, if no finaliser brings one back.

    """

    counts: dict[int, int]
    objects: dict[int, object]
    examined: set[int]
    cut: dict[int, list[int]]
    visits: Counter[int] = field(default_factory=Counter)
    level: dict[int, int] = field(default_factory=dict)
    at_once: set[int] = field(default_factory=set)
    stuck: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, drawn: list[object], given: tuple[object, ...], copies: int, deleted: list[Deletion]) -> Collection:
        """Count, subtract, rescue and clear.

        Args:
            drawn: the objects of the picture, in a list that itself does not count.
            given: the arguments of the call, in a tuple that itself does not count.
            copies: how many references the call holds to each of `given`.
            deleted: references that count as gone.

        """
        items = gc.get_objects()
        own = {id(drawn), id(given)}
        examined = {id(item) for item in items} - own
        items += [item for item in drawn if id(item) not in examined]
        totals = reference_counts(items)
        ids = list(map(id, items))
        counts = dict(zip(ids, totals, strict=True))
        examined -= {key for key, total in zip(ids, totals, strict=True) if total >= IMMORTAL}
        for key in map(id, drawn):
            counts[key] -= 1
        for key in map(id, given):
            counts[key] -= copies
        cut: dict[int, list[int]] = {}
        for one in deleted:
            if one.target in counts:
                counts[one.target] -= 1
            if one.holder is not None:
                cut.setdefault(one.holder, []).append(one.target)
        self = cls(counts, dict(zip(ids, items, strict=True)), examined, cut)
        self._free_at_once({one.target for one in deleted})
        self._subtract()
        self._rescue()
        self._clear(drawn)
        return self

    def referents(self, keys: set[int]) -> Iterable[int]:
        """Return the ids of what the objects report, once for each reference, without deleted variables."""
        holders = self.cut.keys() & keys
        whole = keys - holders if holders else keys
        found = map(id, referents(*map(self.objects.__getitem__, whole)))
        return chain(found, *map(self._left_in, holders))

    def _left_in(self, holder: int) -> Iterable[int]:
        parts = Counter(map(id, referents(self.objects[holder])))
        parts.subtract(self.cut[holder])
        return parts.elements()

    def _free_at_once(self, ended: set[int]) -> None:
        """Free what the deleted variables held alone, and what that held alone in turn."""
        ready = {key for key in ended if self.counts.get(key) == 0}
        while ready:
            self.at_once.update(ready)
            lost = Counter(self.referents(ready))
            ready = set()
            for key in lost.keys() & self.counts.keys():
                self.counts[key] -= lost[key]
                if self.counts[key] == 0:
                    ready.add(key)
        self.examined -= self.at_once

    def _subtract(self) -> None:
        self.visits = Counter(self.referents(self.examined))

    def rest(self, key: int) -> int | None:
        """Return what is left of an object's count after the subtraction; None if it is not examined."""
        return self.counts[key] - self.visits[key] if key in self.examined else None

    def _rescue(self) -> None:
        """Follow the references of objects with a rest, level by level; a rest below 0 counts as one in C, too."""
        left = set(self.examined)
        now = {key for key in left if self.counts[key] != self.visits[key]}
        steps = 0
        while now:
            left -= now
            self.level.update(dict.fromkeys(now, steps))
            now = left.intersection(self.referents(now))
            steps += 1

    def _clear(self, drawn: list[object]) -> None:
        unreachable = self.examined - self.level.keys()
        self.stuck = self._never_freed(unreachable, _drops_references)
        self.unsure = self._never_freed(unreachable, _surely_drops_references) - self.stuck
        ready = unreachable - self.stuck
        self.gone = self.at_once | ready
        known = self.examined | self.at_once
        left = {key: self.counts[key] for key in map(id, drawn) if key not in known}
        while ready:  # untracked objects go with the last object that refers to them
            lost = Counter(self.referents(ready))
            ready = set()
            for key in lost.keys() & left.keys():
                left[key] -= lost[key]
                if left[key] == 0:
                    ready.add(key)
            self.gone |= ready

    def _never_freed(self, unreachable: set[int], drops: Callable[[type], bool]) -> set[int]:
        """Return those in or behind a cycle that nothing breaks if only objects of classes that `drops` let go."""
        rigid = {key for key in unreachable if not drops(type(self.objects[key]))}
        held = Counter(key for key in self.referents(rigid) if key in unreachable)
        ready = {key for key in rigid if not held[key]}
        while ready:
            rigid -= ready
            held.subtract(Counter(self.referents(ready)))
            ready = {key for key in rigid if held[key] <= 0}
        return rigid | {key for key in unreachable if held[key] > 0}


def _drops_references(cls: type) -> bool:
    """Tell whether objects of `cls` can be made to let go of what they own: ``tp_clear``, or closing a generator."""
    slot = ctypes.pythonapi.PyType_GetSlot
    slot.restype, slot.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_int]
    return issubclass(cls, _CLOSED) or slot(cls, _TP_CLEAR) is not None


def _surely_drops_references(cls: type) -> bool:
    """Tell whether that is known: what the ``tp_clear`` of a native class drops, nobody sees before it runs."""
    return _drops_references(cls) and not any(is_native(base) for base in mro(cls)[:-1])
