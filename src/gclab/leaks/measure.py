"""The measurements behind `gclab.audit`: which references a fresh owner has and reports, and what the collector does.

Nothing here judges. Each measurement is also made on an owner that is known to be right; what comes out wrong there
cannot be believed on this interpreter, and `Evidence.counts` and `Evidence.collector` say so.
"""

from __future__ import annotations

import gc
import sys
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.graphs.draw import graph
from gclab.graphs.failures import by_class
from gclab.graphs.labels import type_name
from gclab.graphs.references import failing
from gclab.leaks.factory import at_rest, call, close, names_of, owners_of, set_free
from gclab.leaks.reports import Part, compare, related, reports
from gclab.leaks.roots import root_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gclab.graphs.draw import ObjectGraph

__all__ = ["Evidence", "Part", "measure"]

_TRIALS: Final = 2
_LOOKS: Final = 3
_PATIENCE: Final = 0.25  # seconds: other threads may have to let go
_MARGIN: Final = 10  # a cycle may take so many times as long to go as the same owner without one
_HAVE_GC: Final = 1 << 14  # Py_TPFLAGS_HAVE_GC, object.h


@dataclass(frozen=True)
class _Counted:
    """What counting tells of an owner; `Evidence` describes each field."""

    owner: str
    takes_part: bool
    owned: int
    reported: int
    hidden: tuple[Part, ...]
    doubled: tuple[Part, ...]
    failing: tuple[str, ...]
    outside: int
    holder: str
    owner_alive: bool


@dataclass(frozen=True)
class Evidence(_Counted):
    """What was measured.

    Attributes:
        owner: the class of the owner, or of all owners.
        takes_part: whether the owner's class takes part in garbage collection at all.
        owned: strong references to the probe object that the factory's work added.
        reported: how many references to it tracked objects report since then.
        hidden: objects that the factory made, with more references than are reported.
        doubled: objects that are reported more often than they are referred to, the probe object among them.
        failing: the classes of those objects that the factory made and whose ``tp_traverse`` fails.
        outside: references to the probe object that remain after the owner was dropped.
        holder: what holds it then: a module, a class, a variable; empty if that is not known.
        owner_alive: whether the owner is alive after it was dropped.
        collected: whether a cycle through the owner was collected.
        survived: whether a probe object in use survived collections untouched.
        counts: whether reference counts can be believed on this interpreter.
        collector: whether a cycle through an owner that is known to be right was collected.
        picture: the cycle that survived, as a graph.

    """

    collected: bool
    survived: bool
    counts: bool
    collector: bool
    picture: ObjectGraph | None = None


@dataclass(frozen=True)
class _Edges(_Counted):
    """One trial: also whether its counts stayed as they were, and for how many seconds it waited."""

    steady: bool
    waited: float

    def agrees(self, other: _Edges) -> bool:
        """Tell whether two trials mean the same; how much is owned may differ between them."""
        same = sorted(map(str, self.doubled)) == sorted(map(str, other.doubled))
        return same and self.steady and other.steady and self._meaning() == other._meaning()

    def _meaning(self) -> tuple[bool, ...]:
        return self.owned > 0, self.outside > 0, self.owner_alive


class _Right:
    """An owner that is known to report what it owns."""

    def __init__(self, held: object) -> None:
        self.held = held


def measure(factory: Callable[[Any], object], make: Callable[[], Any]) -> Evidence:
    """Measure what `factory` makes of objects that `make` gives.

    Raises:
        FactoryError: the factory or the probe object cannot be used for the question.

    """
    with at_rest():
        # What is only made once (caches, imports) is not what the owner owns; and how long does it take to go?
        first = _edges(factory, make, _PATIENCE)
        patience = max(_PATIENCE, first.waited * _MARGIN)
        trials = [_edges(factory, make, 0.0 if first.outside else patience) for _ in range(_TRIALS)]
        control = _edges(_Right, make, _PATIENCE)
        counts = trials[0].agrees(trials[-1]) and control.steady and (control.owned, control.reported) == (1, 1)
        counts = counts and not (control.hidden or control.doubled or control.outside)
        collector = _life(_Right, make, _PATIENCE) is None and _survives(_Right, make)
        survivor = _life(factory, make, _PATIENCE if first.outside else patience)
        # Twice: what is lost once may have been taken by another thread.
        survived = _survives(factory, make) or _survives(factory, make)
        return _evidence(trials[0], survivor, survived=survived, counts=counts, collector=collector)


def _evidence(edges: _Edges, survivor: _Survivor | None, *, survived: bool, counts: bool, collector: bool) -> Evidence:
    known = {name: value for name, value in vars(edges).items() if name not in ("steady", "waited")}
    known["holder"] = edges.holder or (survivor.holder if survivor else "")
    picture = survivor.picture if survivor else None
    return Evidence(**known, collected=survivor is None, survived=survived, counts=counts, collector=collector,
                    picture=picture)  # fmt: skip


def _edges(factory: Callable[[Any], object], make: Callable[[], Any], patience: float) -> _Edges:
    """Count references and reports before the factory, after it, and after the owner was dropped."""
    fresh = make()
    known = set(map(id, gc.get_objects()))
    reports_before = reports([fresh])[id(fresh)]
    before = sys.getrefcount(fresh)
    made = call(factory, fresh)
    owned = sys.getrefcount(fresh) - before
    reported = reports([fresh])[id(fresh)] - reports_before
    steady = owned == sys.getrefcount(fresh) - before  # no other thread took or gave back a reference in between
    owner, watches = names_of(made), list(filter(None, map(_watch, owners_of(made))))
    takes_part = all(type(item).__flags__ & _HAVE_GC for item in owners_of(made))
    parts = related(made, fresh, known)
    hidden, doubled = compare(parts, owners_of(made))
    failed = tuple(name for name, _ in by_class(failing(parts)))
    if reported > owned:
        doubled = (Part(type_name(type(fresh)), owned, reported), *doubled)
    if reported < owned:
        hidden = (Part(type_name(type(fresh)), owned, reported), *hidden)
    del made, parts
    outside, waited = _settled(lambda: sys.getrefcount(fresh) - before, patience)
    alive = any(watch() is not None for watch in watches)
    holder = root_of(fresh, sys._getframe(), ignore=known & {id(fresh)}) if outside else ""  # noqa: SLF001
    return _Edges(owner, takes_part, owned, reported, hidden, doubled, failed, outside, holder, alive, steady, waited)


def _watch(owner: object) -> weakref.ref[Any] | None:
    try:
        return weakref.ref(owner)
    except TypeError:
        return None


def _settled(rest: Callable[[], int], patience: float) -> tuple[int, float]:
    """Collect until nothing is left or `patience` ends; return what is left, and the seconds that passed in waiting."""
    pauses, waited = [0.0, 0.0, 0.0, 0.01], 0.0
    while rest() and (pauses or waited < patience):
        pause = pauses.pop(0) if pauses else waited
        time.sleep(pause)
        waited += pause
        gc.collect()
    return rest(), waited


@dataclass(frozen=True)
class _Survivor:
    picture: ObjectGraph
    holder: str


def _life(factory: Callable[[Any], object], make: Callable[[], Any], patience: float) -> _Survivor | None:
    """Return what survives of a cycle through the owner, and break the cycle; ``None`` if it is collected."""
    watch = _closed(factory, make)
    left, _ = _settled(lambda: int(watch() is not None), patience)
    survivor = watch()
    if not left or survivor is None:
        return None
    found = _Survivor(graph(survivor, max_nodes=12), root_of(survivor, None))
    set_free(survivor)
    return found


def _closed(factory: Callable[[Any], object], make: Callable[[], Any]) -> weakref.ref[Any]:
    fresh = make()
    return close(fresh, call(factory, fresh))


def _survives(factory: Callable[[Any], object], make: Callable[[], Any]) -> bool:
    """Tell whether collections leave a probe object alone that a variable holds, and its owner, which it holds.

    No inner function may use the variable: the collector would see the cell, and so the reference.
    """
    fresh = make()
    fresh.owner = call(factory, fresh)
    lost: list[object] = []
    watch = weakref.ref(fresh, lost.append)
    reported = min(_looks(fresh))
    for _ in range(_LOOKS):
        gc.collect()
    untouched = watch() is fresh and not lost and hasattr(fresh, "owner")
    untouched = untouched and max(_looks(fresh)) >= reported
    if hasattr(fresh, "owner"):
        del fresh.owner
    return untouched


def _looks(fresh: object) -> list[int]:
    """Count several times how often tracked objects report `fresh`: another thread may do so for a moment."""
    return [reports([fresh])[id(fresh)] for _ in range(_LOOKS)]
