"""A graph as data: only strings and numbers, so that it keeps no drawn object alive."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Count", "Edge", "Graph", "Node", "find_cycles", "plural"]

_MOST_NAMES: Final = 3


def plural(number: int, noun: str) -> str:
    """Return ``1 reference`` or ``2 references``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True)
class Count:
    """How the reference count of one object is explained.

    Attributes:
        total: strong references, without those of the call that takes the picture.
        drawn: arrows of the picture that end here.
        variables: names of the variables that hold the object.
        elsewhere: references from tracked objects and from variables that are not in the picture.
        unexplained: the rest: references that some native object owns and does not report.
        uncertain: a rest that calls in progress or CPython itself may hold; never part of `unexplained`.
        through: what leads to the object, where an unexplained reference is owned by a method or function that
            itself belongs to nobody that can be seen.

    """

    total: int
    drawn: int = 0
    variables: tuple[str, ...] = ()
    elsewhere: int = 0
    unexplained: int = 0
    uncertain: int = 0
    through: tuple[str, ...] = ()

    def words(self, *, unexplained: bool = True) -> str:
        """Return the count and its parts as one phrase, with or without the unexplained part."""
        parts = [(self.drawn, "drawn"), (self.elsewhere, "elsewhere"), (self.uncertain, "uncertain")]
        named = [f"{number} {word}" for number, word in parts if number]
        if self.variables:
            named.insert(1 if self.drawn else 0, plural(len(self.variables), "variable"))
        if self.unexplained and unexplained:
            named.append(f"{self.unexplained} unexplained")
        total = plural(self.total, "reference")
        return f"{total}: {', '.join(named)}" if named else total


@dataclass(frozen=True)
class Node:
    """One object, or (`kind` is ``"more"``) all the objects that the limits leave out.

    Attributes:
        id: ``n0``, ``n1``, ... in the order in which the objects were found.
        type_name: the name of the object's class.
        text: a name, a length or a plain value; never the result of a class's own ``__repr__``.
        kind: ``"python"``, ``"native"`` (a class written in Rust or C outside the standard library) or ``"more"``.
        count: the explanation of the reference count; None where a count means nothing.
        root: whether the object was an argument of `gclab.graph`.
        in_cycle: whether the object is part of a cycle of drawn references.
        identity: the same for the same object in another picture (`gclab.graphs.identity`); never shown.

    """

    id: str
    type_name: str
    text: str = ""
    kind: str = "python"
    count: Count | None = None
    root: bool = False
    in_cycle: bool = False
    identity: tuple[int, ...] = field(default=(), repr=False, compare=False)

    @property
    def unexplained(self) -> int:
        """The number of unexplained references; 0 where a count means nothing."""
        return self.count.unexplained if self.count else 0

    def title(self) -> str:
        """Return the class and the text, such as ``method Editor.refresh``."""
        return f"{self.type_name} {self.text}".rstrip()


@dataclass(frozen=True)
class Edge:
    """A reference from one node to another.

    Attributes:
        source: the id of the node that owns the reference.
        target: the id of the node that it leads to.
        label: the attribute, index, key or Rust field; empty where nothing is known.
        in_cycle: whether both ends belong to the same cycle.

    """

    source: str
    target: str
    label: str = ""
    in_cycle: bool = False


@dataclass(frozen=True)
class Graph:
    """Objects and the references between them, at one moment.

    Attributes:
        nodes: the objects.
        edges: one entry for each reference, so two references give two entries.
        cycles: for each group of objects that can all reach each other, one shortest cycle as node ids.
        left_out: how many objects next to the picture the limits left out.
        notes: sentences that a reader must know to read the counts.

    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cycles: tuple[tuple[str, ...], ...] = ()
    left_out: int = 0
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the picture in words: the objects, their references, the cycles, the notes."""
        titles = {node.id: f"{node.id} {node.title()}" for node in self.nodes}
        return [
            *(line for node in self.nodes for line in _node_lines(node)),
            *(_edge_line(edge, titles) for edge in self.edges),
            *(f"cycle: {' -> '.join(titles[name] for name in (*ring, ring[0]))}" for ring in self.cycles),
            *(f"note: {note}" for note in self.notes),
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__


def _node_lines(node: Node) -> list[str]:
    if node.kind == "more":
        return [f"{node.id} {node.title()}"]
    facts = [node.count.words()] if node.count else []
    if node.count and node.count.variables:
        facts.append("held by " + ", ".join(node.count.variables))
    if node.count and node.count.through:
        names = list(dict.fromkeys(node.count.through))
        more = [f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
        facts.append("unexplained through " + ", ".join(names[:_MOST_NAMES] + more))
    if node.kind == "native":
        facts.append("native object")
    if node.in_cycle:
        facts.append("in a cycle")
    return [f"{node.id} {node.title()}" + (f" ({'; '.join(facts)})" if facts else "")]


def _edge_line(edge: Edge, titles: dict[str, str]) -> str:
    arrow = f"--{edge.label}-->" if edge.label else "-->"
    return f"{titles[edge.source]} {arrow} {titles[edge.target]}{' (in a cycle)' if edge.in_cycle else ''}"


def find_cycles(size: int, arrows: set[tuple[int, int]]) -> tuple[list[int], list[list[int]]]:
    """Return the group of each node (-1: in no cycle) and one shortest cycle for each group.

    Two nodes are in the same group if each can be reached from the other; a node that refers to itself is a
    group of its own.
    """
    ahead: list[list[int]] = [sorted({b for a, b in arrows if a == node}) for node in range(size)]
    reach = [_distances(ahead, node) for node in range(size)]
    group = [-1] * size
    rings: list[list[int]] = []
    for node in range(size):
        if group[node] != -1 or node not in reach[node]:
            continue
        members = [other for other in reach[node] if node in reach[other]]
        for member in members:
            group[member] = len(rings)
        rings.append(_shortest(ahead, reach, sorted(members)))
    return group, rings


def _distances(ahead: list[list[int]], start: int) -> dict[int, int]:
    """Return the nodes that can be reached over at least one arrow, with the number of arrows."""
    found: dict[int, int] = {}
    queue = deque((node, 1) for node in ahead[start])
    while queue:
        node, steps = queue.popleft()
        if node not in found:
            found[node] = steps
            queue.extend((after, steps + 1) for after in ahead[node])
    return found


def _shortest(ahead: list[list[int]], reach: list[dict[int, int]], members: list[int]) -> list[int]:
    """Return the shortest cycle through any of `members`, beginning at its smallest node."""
    start = min(members, key=lambda node: (reach[node][node], node))
    ring = [start]
    left = reach[start][start] - 1
    while left:
        ring.append(next(n for n in ahead[ring[-1]] if reach[n].get(start) == left))
        left -= 1
    return ring
