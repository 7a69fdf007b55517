"""From walked objects to the boxes and arrows of a picture: data that refers to no drawn object."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from gclab.graphs import counts
from gclab.graphs.choose import Boxes, choose
from gclab.graphs.collapse import alike, pattern
from gclab.graphs.cycles import find_cycles
from gclab.graphs.failures import notes_on
from gclab.graphs.identity import identify
from gclab.graphs.labels import safe_text, type_name
from gclab.graphs.model import Edge, Graph, Node, plural
from gclab.graphs.walk import is_native

if TYPE_CHECKING:
    from gclab.graphs.identity import Identity
    from gclab.graphs.limits import Limits
    from gclab.graphs.model import Count
    from gclab.graphs.walk import Walk

__all__ = ["Contents"]

_FREE_THREADED: Final = "reference counts are not shown: on free-threaded Python they do not tell who owns an object"
_MOST_HIDDEN: Final = 5  # classes that the node for what is not drawn names


class Contents:
    """One picture in the making. It keeps the objects alive: drop it soon.

    Args:
        found: the objects and references.
        explained: the explanation of each object's count.
        roots: how many of the objects are roots; they come first.
        limits: how many boxes are drawn, and what was asked for; None for one box for each object.
        collapse: whether many like objects become one box.

    """

    def __init__(
        self, found: Walk, explained: list[Count | None], roots: int, limits: Limits | None, *, collapse: bool
    ) -> None:
        self.found, self.explained, self.roots, self.limits = found, explained, roots, limits
        self.group, rings = find_cycles(len(found.objects), {(a, b) for a, b, _ in found.edges})
        self.rings = [ring for ring in rings if limits is None or len(ring) <= limits.max_nodes]
        self.too_long = len(rings) - len(self.rings)
        self.box_of = self._sets() if collapse else list(range(len(found.objects)))
        self.members: list[list[int]] = [[] for _ in range(max(self.box_of, default=-1) + 1)]
        for place, box in enumerate(self.box_of):
            self.members[box].append(place)
        self.drawn = sorted(self._chosen())
        self.id_of = {box: f"n{number}" for number, box in enumerate(self.drawn)}

    def graph(self) -> Graph:
        """Return the picture."""
        nodes, edges = [self._node(box) for box in self.drawn], self._edges()
        hidden = self._hidden()
        if hidden:
            more = f"n{len(nodes)}"
            nodes.append(_more(more, hidden, at_least=self.found.full))
            edges += self._hidden_edges(more, edges)
        named = [[self.id_of.get(self.box_of[n], "") for n in ring] for ring in self.rings]
        whole = [_from_smallest(ring) for ring in named if "" not in ring]
        notes = self._notes(self.too_long + len(named) - len(whole))
        return Graph(tuple(nodes), tuple(edges), tuple(dict.fromkeys(whole)), sum(hidden.values()), notes, hidden)

    def _sets(self) -> list[int]:
        """Return for each object the set of like objects that it belongs to."""
        sizes = Counter(group for group in self.group if group >= 0)
        kinds: dict[Count | None, int] = {}
        counted = [kinds.setdefault(count, len(kinds)) for count in self.explained]
        facts = [
            (id(type(item)), safe_text(item), counted[n], self.found.beyond.get(n), sizes.get(self.group[n]))
            for n, item in enumerate(self.found.objects)
        ]
        return alike(self.found, facts, {*range(self.roots), *self._examples()})

    def _examples(self) -> set[int]:
        """Return the objects of the first cycle of each kind: it is drawn whole."""
        first: dict[tuple[int, ...], list[int]] = {}
        for ring in self.rings:
            first.setdefault(tuple(sorted(id(type(self.found.objects[n])) for n in ring)), ring)
        return {n for ring in first.values() for n in ring}

    def _chosen(self) -> set[int]:
        """Return the boxes to draw."""
        if self.limits is None:
            return set(range(len(self.members)))
        parent = [-1] * len(self.found.objects)
        for owner, target, _ in self.found.edges:
            if parent[target] == -1 and self.found.depth[owner] < self.found.depth[target]:
                parent[target] = self.box_of[owner]
        firsts = [members[0] for members in self.members]
        counted = [self.explained[n] for n in firsts]
        boxes = Boxes(
            parent=[parent[n] for n in firsts],
            roots=range(self.roots),
            marked=[box for box, count in enumerate(counted) if count and count.unexplained],
            rings=[[self.box_of[n] for n in ring] for ring in self.rings],
            wanted=[box for box, n in enumerate(firsts) if self.limits.wants(type(self.found.objects[n]))],
        )
        return choose(boxes, self.limits.max_nodes)

    @cached_property
    def _from_hidden(self) -> Counter[int]:
        """Count, for each drawn object, the references from objects that are not drawn."""
        return Counter(
            target
            for owner, target, _ in self.found.edges
            if self.box_of[owner] not in self.id_of and self.box_of[target] in self.id_of
        )

    @cached_property
    def _identities(self) -> dict[int, Identity]:
        """Return by what each box of one object is recognised in another picture."""
        single = [box for box in self.drawn if len(self.members[box]) == 1]
        return dict(zip(single, identify([self.found.objects[self.members[box][0]] for box in single]), strict=True))

    def _node(self, box: int) -> Node:
        place = self.members[box][0]
        item, count, missing = self.found.objects[place], self.explained[place], self._from_hidden[place]
        if count and missing:
            count = replace(count, drawn=count.drawn - missing, elsewhere=count.elsewhere + missing)
        return Node(
            id=self.id_of[box],
            type_name=type_name(type(item)),
            text=safe_text(item),
            kind="native" if is_native(type(item)) else "python",
            count=count,
            root=place < self.roots,
            in_cycle=self.group[place] >= 0,
            times=len(self.members[box]),
            identity=self._identities.get(box, ()),
        )

    def _edges(self) -> list[Edge]:
        """Return the arrows: one for each reference; from or to many like objects, one for each kind of label."""
        edges: list[Edge] = []
        merged: dict[tuple[str, str, str, bool], int] = {}
        for owner, target, label in self.found.edges:
            a, b = self.box_of[owner], self.box_of[target]
            if a not in self.id_of or b not in self.id_of:
                continue
            in_cycle = self.group[owner] >= 0 and self.group[owner] == self.group[target]
            if len(self.members[a]) == len(self.members[b]) == 1:
                edges.append(Edge(self.id_of[a], self.id_of[b], label, in_cycle))
            else:
                key = (self.id_of[a], self.id_of[b], pattern(label), in_cycle)
                merged[key] = merged.get(key, 0) + 1
        return edges + [Edge(*key, times=times) for key, times in merged.items()]

    def _hidden(self) -> dict[str, int]:
        """Count what is not drawn by the names of the classes, the most frequent ones first."""
        found = Counter(type_name(cls) for cls in self.found.outside.values())
        for box, members in enumerate(self.members):
            if box not in self.id_of:
                found[type_name(type(self.found.objects[members[0]]))] += len(members)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _hidden_edges(self, more: str, edges: list[Edge]) -> list[Edge]:
        """Return the arrows to the node for what is not drawn, and those from it to what else would hang in the air."""
        out: dict[str, int] = {}
        for place, times in self.found.beyond.items():
            if self.box_of[place] in self.id_of:
                name = self.id_of[self.box_of[place]]
                out[name] = out.get(name, 0) + times
        for owner, target, _ in self.found.edges:
            if self.box_of[owner] in self.id_of and self.box_of[target] not in self.id_of:
                name = self.id_of[self.box_of[owner]]
                out[name] = out.get(name, 0) + 1
        reached = {edge.target for edge in edges if edge.target != edge.source}
        loose = [box for box in self.drawn if self.members[box][0] >= self.roots and self.id_of[box] not in reached]
        back = [(self.id_of[box], self._from_hidden[self.members[box][0]] * len(self.members[box])) for box in loose]
        return [
            *(Edge(name, more, times=times) for name, times in out.items()),
            *(Edge(more, name, times=times) for name, times in back),
        ]

    def _notes(self, cycles: int) -> tuple[str, ...]:
        notes = [_FREE_THREADED] if counts.COUNTS_MEAN_NOTHING else []
        if self.found.full:
            notes.append(f"only the nearest {len(self.found.objects)} objects were looked at; there are more")
        if cycles:
            notes.append(f"{plural(cycles, 'more cycle')} not drawn whole")
        unexplained = any(count and count.unexplained for count in self.explained)
        return (*notes, *notes_on(self.found.objects, unexplained=unexplained))


def _more(name: str, hidden: dict[str, int], *, at_least: bool) -> Node:
    """Return the node for what is not drawn: how many objects of which classes."""
    total = sum(hidden.values())
    parts = [f"{times} {cls}" for cls, times in list(hidden.items())[:_MOST_HIDDEN]]
    if len(hidden) > _MOST_HIDDEN:
        rest = sum(list(hidden.values())[_MOST_HIDDEN:])
        parts.append(f"{rest} of {plural(len(hidden) - _MOST_HIDDEN, 'other class')}")
    return Node(name, ("at least " if at_least else "") + plural(total, "more object"), ", ".join(parts), kind="more")


def _from_smallest(ring: list[str]) -> tuple[str, ...]:
    """Turn a cycle so that it begins at the box with the smallest number."""
    place = min(range(len(ring)), key=lambda n: int(ring[n][1:]))
    return (*ring[place:], *ring[:place])
