"""What tracked objects report about the objects that a factory made, against the references that these have."""

from __future__ import annotations

import gc
import sys
import types
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from gclab.graphs import frames
from gclab.graphs.labels import is_a, type_name
from gclab.graphs.references import reference_counts, referents, referrers
from gclab.leaks.factory import owners_of

__all__ = ["Part", "compare", "related", "reports"]

_MOST_PARTS: Final = 5000
_FEW: Final = 50


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


def related(made: object, fresh: object, known: set[int]) -> list[Any]:
    """Return the objects that the factory made: those below the owners, and those above the probe object."""
    found = {id(item): item for item in owners_of(made)}
    todo = list(found.values())
    while todo and len(found) < _MOST_PARTS:
        _add(referents(todo.pop()), found, todo, known)
    todo = [fresh]
    while todo and len(found) < _MOST_PARTS:
        _add(referrers(todo.pop()), found, todo, known)
    return list(found.values())


def _add(items: list[Any], found: dict[int, Any], todo: list[Any], known: set[int]) -> None:
    for item in items:
        own = is_a(item, (type, types.ModuleType, types.FrameType)) or item is todo or item is found
        if not own and id(item) not in known and id(item) not in found and gc.is_tracked(item):
            found[id(item)] = item
            todo.append(item)


def compare(parts: list[Any], owners: list[Any]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the parts with hidden references, and those that are reported too often."""
    before = reference_counts(parts)
    reported = reports(parts)
    counts = reference_counts(parts)
    ours = {id(item) for item in owners}  # these are held by variables as well: only too many reports say something
    hidden, doubled = [], []
    for item, was, count in zip(parts, before, counts, strict=True):
        part = Part(type_name(type(item)), count, reported[id(item)])
        if was != count:
            continue  # another thread took or gave back a reference in between
        if part.reported > part.references:
            doubled.append(part)
        elif part.reported < part.references and id(item) not in ours:
            hidden.append(part)
    return tuple(hidden), tuple(doubled)


def reports(items: list[Any]) -> Counter[int]:
    """Count, by id, how often tracked objects report each of `items`, which itself does not count.

    A fresh object beside them shows how often the containers of this very question are seen (CPython 3.13 shows the
    tuple of arguments); running functions of this module are tracked before CPython 3.11.
    """
    control = object()
    asked = [*items, control]
    ids = set(map(id, asked))
    own = {id(items), *map(id, frames.chain(sys._getframe()))}  # noqa: SLF001
    counted: Counter[int] = Counter()
    # CPython compares each reference with each object that is asked for: few are asked for, many are looked up
    for owner in gc.get_referrers(*asked) if len(asked) <= _FEW else gc.get_objects():
        if id(owner) not in own:
            counted.update(id(part) for part in referents(owner) if id(part) in ids)
    noise = counted[id(control)]
    return Counter({key: number - noise for key, number in counted.items()})
