"""The measurements behind `gclab.audit`: which references a fresh owner has and reports, and what the collector does.

Nothing here judges. Each measurement is also made on an owner that is known to be right; what comes out wrong there
cannot be believed on this interpreter, and `Evidence.counts` and `Evidence.collector` say so.
"""

from __future__ import annotations

import gc
import sys
import time
import types
import weakref
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.graphs import frames
from gclab.graphs.draw import graph
from gclab.graphs.labels import type_name
from gclab.leaks.factory import at_rest, call, close, names_of, owners_of, set_free
from gclab.leaks.roots import root_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gclab.graphs.draw import ObjectGraph

__all__ = ["Evidence", "Part", "measure"]

_TRIALS: Final = 2
_PATIENCE: Final = (0.0, 0.0, 0.0, 0.01, 0.05, 0.2)  # seconds between collections: other threads may have to let go
_MOST_PARTS: Final = 5000
_HAVE_GC: Final = 1 << 14  # Py_TPFLAGS_HAVE_GC, object.h


@dataclass(frozen=True)
class Part:
    """One object that the factory made, and whose reference count does not agree with what is reported.

    Attributes:
        type_name: the name of its class.
        references: the strong references to it.
        reported: how many of them some tracked object reports.

    """

    type_name: str
    references: int
    reported: int


@dataclass(frozen=True)
class Evidence:
    """What was measured.

    Attributes:
        owner: the class of the owner, or of all owners.
        takes_part: whether the owner's class takes part in garbage collection at all.
        owned: strong references to the probe object that the factory's work added.
        reported: how many references to it tracked objects report since then.
        hidden: objects that the factory made, with more references than are reported.
        doubled: objects that are reported more often than they are referred to, the probe object among them.
        outside: references to the probe object that remain after the owner was dropped.
        holder: what holds it then: a module, a class, a variable; empty if that is not known.
        owner_alive: whether the owner is alive after it was dropped.
        collected: whether a cycle through the owner was collected.
        survived: whether a probe object in use survived collections untouched.
        counts: whether reference counts can be believed on this interpreter.
        collector: whether a cycle through an owner that is known to be right was collected.
        picture: the cycle that survived, as a graph.

    """

    owner: str
    takes_part: bool
    owned: int
    reported: int
    hidden: tuple[Part, ...]
    doubled: tuple[Part, ...]
    outside: int
    holder: str
    owner_alive: bool
    collected: bool
    survived: bool
    counts: bool
    collector: bool
    picture: ObjectGraph | None = None


@dataclass(frozen=True)
class _Edges:
    owner: str
    takes_part: bool
    owned: int
    reported: int
    hidden: tuple[Part, ...]
    doubled: tuple[Part, ...]
    outside: int
    holder: str
    owner_alive: bool


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
        _edges(factory, make)  # what is only made once (caches, imports) is not what the owner owns
        trials = [_edges(factory, make) for _ in range(_TRIALS)]
        control = _edges(_Right, make)
        counts = trials[0] == trials[-1] and (control.owned, control.reported) == (1, 1)
        counts = counts and not (control.hidden or control.doubled or control.outside)
        edges = trials[0]
        collector = _life(_Right, make)[0] and _survives(_Right, make)
        collected, picture = _life(factory, make)
        return Evidence(**vars(edges), collected=collected, survived=_survives(factory, make), counts=counts,
                        collector=collector, picture=picture)  # fmt: skip


def _edges(factory: Callable[[Any], object], make: Callable[[], Any]) -> _Edges:
    """Count references and reports before the factory, after it, and after the owner was dropped."""
    fresh = make()
    known = set(map(id, gc.get_objects()))
    reports_before = _reports([fresh])[id(fresh)]
    before = sys.getrefcount(fresh)
    made = call(factory, fresh)
    owned = sys.getrefcount(fresh) - before
    reported = _reports([fresh])[id(fresh)] - reports_before
    owner, watches = names_of(made), list(filter(None, map(_watch, owners_of(made))))
    takes_part = all(type(item).__flags__ & _HAVE_GC for item in owners_of(made))
    hidden, doubled = _compare(_related(made, fresh, known), owners_of(made))
    if reported > owned:
        doubled = (Part(type_name(type(fresh)), owned, reported), *doubled)
    if reported < owned:
        hidden = (Part(type_name(type(fresh)), owned, reported), *hidden)
    del made
    outside = _settled(lambda: sys.getrefcount(fresh) - before)
    alive = any(watch() is not None for watch in watches)
    holder = root_of(fresh, sys._getframe(), ignore=known & {id(fresh)}) if outside else ""  # noqa: SLF001
    return _Edges(owner, takes_part, owned, reported, hidden, doubled, outside, holder, alive)


def _watch(owner: object) -> weakref.ref[Any] | None:
    try:
        return weakref.ref(owner)
    except TypeError:
        return None


def _settled(rest: Callable[[], int]) -> int:
    """Collect until nothing is left, with some patience; return what is left."""
    for pause in _PATIENCE:
        time.sleep(pause)
        gc.collect()
        if rest() == 0:
            return 0
    return rest()


def _related(made: object, fresh: object, known: set[int]) -> list[Any]:
    """Return the objects that the factory made: those below the owners, and those above the probe object."""
    found = {id(item): item for item in owners_of(made)}
    todo = list(found.values())
    while todo and len(found) < _MOST_PARTS:
        _add(gc.get_referents(todo.pop()), found, todo, known)
    todo = [fresh]
    while todo and len(found) < _MOST_PARTS:
        _add(gc.get_referrers(todo.pop()), found, todo, known)
    return list(found.values())


def _add(items: list[Any], found: dict[int, Any], todo: list[Any], known: set[int]) -> None:
    for item in items:
        own = isinstance(item, (type, types.ModuleType, types.FrameType)) or item is todo or item is found
        if not own and id(item) not in known and id(item) not in found and gc.is_tracked(item):
            found[id(item)] = item
            todo.append(item)


def _compare(parts: list[Any], owners: list[Any]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the parts with hidden references, and those that are reported too often."""
    reports = _reports(parts)
    parts.append(object())  # one that only the list holds, to measure the measuring
    counts = [sys.getrefcount(item) for item in parts]
    parts.pop()
    own = counts.pop()
    ours = {id(item) for item in owners}  # these are held by variables as well: only too many reports say something
    hidden, doubled = [], []
    for item, count in zip(parts, counts, strict=True):
        part = Part(type_name(type(item)), count - own, reports[id(item)])
        if part.reported > part.references:
            doubled.append(part)
        elif part.reported < part.references and id(item) not in ours:
            hidden.append(part)
    return tuple(hidden), tuple(doubled)


def _reports(items: list[Any]) -> Counter[int]:
    """Count, by id, how often tracked objects report each of `items`, which itself does not count.

    A fresh object beside them shows how often the containers of this very question are seen (CPython 3.13 shows the
    tuple of arguments); running functions of this module are tracked before CPython 3.11.
    """
    control = object()
    asked = [*items, control]
    ids = set(map(id, asked))
    own = {id(items), *map(id, frames.chain(sys._getframe()))}  # noqa: SLF001
    counted: Counter[int] = Counter()
    for owner in gc.get_referrers(*asked):
        if id(owner) not in own:
            counted.update(id(part) for part in gc.get_referents(owner) if id(part) in ids)
    noise = counted[id(control)]
    return Counter({key: number - noise for key, number in counted.items()})


def _life(factory: Callable[[Any], object], make: Callable[[], Any]) -> tuple[bool, ObjectGraph | None]:
    """Tell whether a cycle through the owner is collected; if not, draw what survived, then break it."""
    watch = _closed(factory, make)
    if _settled(lambda: int(watch() is not None)) == 0:
        return True, None
    survivor = watch()
    if survivor is None:
        return True, None
    picture = graph(survivor, max_nodes=12)
    set_free(survivor)
    return False, picture


def _closed(factory: Callable[[Any], object], make: Callable[[], Any]) -> weakref.ref[Any]:
    fresh = make()
    return close(fresh, call(factory, fresh))


def _survives(factory: Callable[[Any], object], make: Callable[[], Any]) -> bool:
    """Tell whether collections leave a probe object alone that a variable holds, and its owner, which it holds."""
    fresh = make()
    fresh.owner = call(factory, fresh)
    lost: list[object] = []
    watch = weakref.ref(fresh, lost.append)
    below = [len(gc.get_referents(owner)) for owner in owners_of(fresh.owner)]
    for _ in range(3):
        gc.collect()
    untouched = watch() is fresh and not lost and hasattr(fresh, "owner")
    if untouched:
        untouched = below == [len(gc.get_referents(owner)) for owner in owners_of(fresh.owner)]
        del fresh.owner
    return untouched
