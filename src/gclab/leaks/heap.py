"""`gclab.audit_heap` looks for references that are reported more often than they exist, over all tracked objects."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.errors import GclabError
from gclab.graphs import frames
from gclab.graphs.counts import COUNTS_MEAN_NOTHING
from gclab.graphs.failures import Failures, by_class, sentences, words
from gclab.graphs.labels import safe_text, type_name
from gclab.graphs.model import plural
from gclab.graphs.references import reference_counts, referents
from gclab.graphs.walk import is_immortal
from gclab.leaks.factory import at_rest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Doubled", "HeapAudit", "audit_heap"]

_MOST_SHOWN: Final = 20
_MOST_CONFIRMED: Final = 100


@dataclass(frozen=True)
class Doubled:
    """An object that is reported more often than it is referred to.

    Attributes:
        type_name: the name of its class.
        text: a name, a length or a plain value.
        references: the strong references to it.
        reported: how often tracked objects report it.
        owners: for each class of objects that report it, how often they do, the most first.

    """

    type_name: str
    text: str
    references: int
    reported: int
    owners: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        title = f"{self.type_name} {self.text}".rstrip()
        who = ", ".join(f"{name} ({number})" for name, number in self.owners)
        return f"{title}: {plural(self.references, 'reference')}, reported {self.reported} times, by {who}"


@dataclass(frozen=True, repr=False)
class HeapAudit:
    """The answer of `audit_heap`. It is true if nothing was found.

    Attributes:
        objects: how many tracked objects were looked at.
        doubled: what is reported too often, at most 100; each is the trace of an owner whose ``tp_traverse`` is wrong.
        failing: the classes of objects whose ``tp_traverse`` fails, each with their number; of these, the collector
            and this look know only what is visited before.

    """

    objects: int
    doubled: tuple[Doubled, ...]
    failing: Failures = ()

    def __bool__(self) -> bool:
        return not self.doubled

    def __repr__(self) -> str:
        found = "nothing is reported twice" if self else f"{plural(len(self.doubled), 'object')} reported too often"
        lines = [f"{plural(self.objects, 'tracked object')}: {found}"]
        lines += [f"  {one}" for one in self.doubled[:_MOST_SHOWN]]
        if len(self.doubled) > _MOST_SHOWN:
            lines.append(f"  and {len(self.doubled) - _MOST_SHOWN} more")
        if self.failing:
            lines.append(sentences(words(self.failing)))
        return "\n".join(lines)


def audit_heap() -> HeapAudit:
    """Look at every tracked object for one that is reported more often than it is referred to.

    Such an object is the proof that some owner reports a reference that it does not own, or reports one twice. The
    collector subtracts each report from the reference count; where it subtracts too much, it takes an object in use
    for garbage. The opposite, a reference that is owned and not reported, is normal on a heap (variables own without
    reporting), so this finds nothing about leaks: that is what `gclab.audit` is for. For the same reason a reference
    that nobody reports balances one report too many, and that object is not found. An object whose ``tp_traverse``
    fails is looked at as far as it visits; the answer names its class.

    The answer comes from ``gc.get_objects`` and ``gc.get_referents`` alone. The world must stand still meanwhile: a
    thread that makes or drops objects during the look can only hide something, because every finding is looked at
    a second time. It took about 0.2 seconds with 100,000 tracked objects and 1.7 with a million (``benches/leaks.py``).

    Raises:
        GclabError: on free-threaded CPython, where reference counts do not tell how many references there are.

    """
    if COUNTS_MEAN_NOTHING:
        raise GclabError("audit_heap needs reference counts that tell how many references there are; "
                         "on free-threaded CPython they do not (PEP 703)")  # fmt: skip
    with at_rest():
        suspects, number, failing = _suspects()
        return HeapAudit(number, tuple(_confirmed(suspects)), failing)


def _suspects() -> tuple[list[Any], int, Failures]:
    """Return what a first and quick look finds, the number of objects, and whose traverse fails.

    Both looks leave all objects as they are.
    """
    objects = gc.get_objects()
    number = len(objects)
    failed: list[Any] = []
    reported = Counter(map(id, referents(*objects, failed=failed)))
    failing = by_class(failed)
    failed.clear()
    found = [item for item, count in zip(objects, reference_counts(objects), strict=True) if reported[id(item)] > count]
    return [item for item in found if not is_immortal(item)][:_MOST_CONFIRMED], number, failing


def _confirmed(suspects: list[Any]) -> Iterator[Doubled]:
    """Count again for the suspects alone: what the first look itself changed (caches of `abc`) is not found again."""
    counts = reference_counts(suspects)
    suspects.append(object())  # what seems to own it is of this question
    owners: dict[int, Counter[str]] = {id(item): Counter() for item in suspects}
    asked = tuple(suspects)
    running = set(map(id, frames.chain(sys._getframe())))  # noqa: SLF001 - tracked before CPython 3.11
    for owner in gc.get_referrers(*asked):
        if owner is suspects or owner is asked or id(owner) in running:
            continue
        for part in referents(owner):
            if id(part) in owners:
                owners[id(part)][type_name(type(owner))] += 1
    noise = sum(owners[id(suspects[-1])].values())
    for item, count in zip(suspects[:-1], counts, strict=True):
        reported = sum(owners[id(item)].values()) - noise
        if reported > count:
            names = tuple(owners[id(item)].most_common())
            yield Doubled(type_name(type(item)), safe_text(item), count, reported, names)
