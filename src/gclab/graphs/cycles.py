"""The reference cycles of a graph: which objects can all reach each other, and a short cycle for each group."""

from __future__ import annotations

from collections import deque
from typing import Final

__all__ = ["find_cycles"]

_MOST_STEPS: Final = 200_000
"""Arrows that the search for short cycles follows in all, beside the first search of each group."""


def find_cycles(size: int, arrows: set[tuple[int, int]]) -> tuple[list[int], list[list[int]]]:
    """Return the group of each node (-1: in no cycle) and one shortest cycle for each group.

    Two nodes are in the same group if each can be reached from the other; a node that refers to itself is a group
    of its own. A cycle begins at its smallest node, and the groups are in the order of their smallest nodes.
    The time grows with the number of arrows only. In very large groups the cycle is the shortest one among those
    through the first nodes.
    """
    ahead: list[list[int]] = [[] for _ in range(size)]
    for source, target in sorted(arrows):
        ahead[source].append(target)
    group = [-1] * size
    rings: list[list[int]] = []
    left = _MOST_STEPS
    for members in sorted(map(sorted, _components(ahead))):
        if len(members) == 1 and (members[0], members[0]) not in arrows:
            continue
        for member in members:
            group[member] = len(rings)
        ring, steps = _short_ring(ahead, group, members, left)
        left -= steps
        rings.append(ring)
    return group, rings


def _components(ahead: list[list[int]]) -> list[list[int]]:
    """Return the strongly connected components, by Tarjan's algorithm, without recursion: chains may be long."""
    unseen, done = -1, len(ahead)
    number = [unseen] * len(ahead)  # in the order of the visits
    low = [unseen] * len(ahead)  # the smallest number that can be reached on the path; `done` behind the path
    path: list[int] = []
    found: list[list[int]] = []
    visits = 0
    for start in range(len(ahead)):
        calls = [(start, 0)] if low[start] == unseen else []
        while calls:
            node, place = calls.pop()
            if not place:
                number[node] = low[node] = visits
                visits += 1
                path.append(node)
            nexts = ahead[node]
            place = max(0, place - 1)  # the last one was visited in between: its result counts now
            while place < len(nexts) and low[nexts[place]] != unseen:
                low[node] = min(low[node], low[nexts[place]])
                place += 1
            if place < len(nexts):
                calls += [(node, place + 1), (nexts[place], 0)]
            elif low[node] == number[node]:
                found.append(_cut_off(path, node))
                for member in found[-1]:
                    low[member] = done
    return found


def _cut_off(path: list[int], node: int) -> list[int]:
    """Take `node` and what follows it off the path."""
    place = len(path) - 1
    while path[place] != node:
        place -= 1
    cut = path[place:]
    del path[place:]
    return cut


def _short_ring(ahead: list[list[int]], group: list[int], members: list[int], most: int) -> tuple[list[int], int]:
    """Return a shortest cycle through the first of `members` that `most` steps allow to try, and the steps taken."""
    best: list[int] = []
    steps = 0
    for start in members:
        ring, taken = _ring_through(ahead, group, start, len(best))
        steps += taken
        best = ring or best
        if len(best) == 1 or (best and steps > most):
            break
    place = best.index(min(best))
    return best[place:] + best[:place], steps


def _ring_through(ahead: list[list[int]], group: list[int], start: int, limit: int) -> tuple[list[int], int]:
    """Return a shortest cycle through `start`, or nothing if it would have `limit` nodes or more; and the steps."""
    before = {start: -1}
    level = {start: 1}
    queue = deque([start])
    steps = 0
    while queue:
        node = queue.popleft()
        if limit and level[node] >= limit:
            break
        for after in ahead[node]:
            steps += 1
            if after == start:
                ring = [node]
                while before[ring[-1]] != -1:
                    ring.append(before[ring[-1]])
                return ring[::-1], steps
            if group[after] == group[start] and after not in before:
                before[after], level[after] = node, level[node] + 1
                queue.append(after)
    return [], steps
