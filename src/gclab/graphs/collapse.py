"""Many like objects as one: a list of 998 sessions is one box with a number, not 998 boxes.

Objects are alike if nothing that a picture says about one of them differs from the others: class, text, explanation
of the count, labels and classes of what they refer to, and labels and owners of the references to them, where like
owners count as one. So what is true of one box is true of each object that it stands for.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from gclab.graphs.walk import Walk

__all__ = ["FEWEST", "alike", "pattern"]

FEWEST: Final = 5
"""So many like objects become one box; fewer are drawn one by one."""

_MOST_ROUNDS: Final = 20
_INDEX: Final = re.compile(r"\[[^\[\]]*\]")


def pattern(label: str) -> str:
    """Return a label without its indices and keys: ``children[…]`` for ``children[2]``."""
    return _INDEX.sub("[…]", label)


def alike(found: Walk, facts: Sequence[Hashable], single: set[int]) -> list[int]:
    """Return for each object the number of the set of like objects that it belongs to.

    The sets are as large as they can be, but no smaller than `FEWEST`: all other objects are sets of their own. They
    are numbered in the order of their first objects.

    Args:
        found: the objects and references.
        facts: what must be equal for like objects, beside what they refer to and who refers to them.
        single: objects that must stay alone.

    """
    inward: list[list[tuple[int, str]]] = [[] for _ in found.objects]
    outward: list[Counter[tuple[str, int]]] = [Counter() for _ in found.objects]
    for owner, target, label in found.edges:
        what = pattern(label)
        inward[target].append((owner, what))
        outward[owner][what, id(type(found.objects[target]))] += 1
    own = [(fact, frozenset(out.items())) for fact, out in zip(facts, outward, strict=True)]
    times = Counter(own)
    alone = {*single, *(node for node, one in enumerate(own) if times[one] < FEWEST)}
    sets = list(range(len(own)))
    for _ in range(_MOST_ROUNDS):
        before = (len(set(sets)), len(alone))
        sets = _split(found.depth, own, inward, alone, sets)
        if (len(set(sets)), len(alone)) == before:
            return _numbered(sets)
    return list(range(len(own)))  # a pattern without end: every object stands for itself


def _split(
    depth: list[int],
    own: Sequence[Hashable],
    inward: list[list[tuple[int, str]]],
    alone: set[int],
    before: list[int],
) -> list[int]:
    """Return finer sets: also told apart by the sets of their owners, nearer ones as of now, others as of `before`."""
    first = before == list(range(len(own)))
    sets = list(before)
    for _, level in groupby(range(len(own)), key=depth.__getitem__):
        nodes = list(level)
        here = depth[nodes[0]]
        members: dict[Hashable, list[int]] = {}
        for node in nodes:
            owners = Counter(
                (sets[owner] if depth[owner] < here else -1 if first else before[owner], what)
                for owner, what in inward[node]
            )
            key = (own[node], frozenset(owners.items()), -1 if first else before[node])
            members.setdefault(node if node in alone else key, []).append(node)
        for group in members.values():
            if len(group) < FEWEST:
                alone.update(group)
            for node in group:
                sets[node] = group[0] if len(group) >= FEWEST else node
    return sets


def _numbered(sets: list[int]) -> list[int]:
    numbers: dict[int, int] = {}
    return [numbers.setdefault(one, len(numbers)) for one in sets]
