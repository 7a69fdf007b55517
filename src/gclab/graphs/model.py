"""A graph as data: only strings and numbers, so that it keeps no drawn object alive."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Count", "Edge", "Graph", "Node", "plural", "variable_names"]

_MOST_NAMES: Final = 3  # of variables, or of what a reference leads through


def plural(number: int, noun: str) -> str:
    """Return ``1 reference`` or ``2 references``, ``2 classes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{'es' if noun.endswith('s') else 's'}"


def variable_names(names: Sequence[str]) -> list[str]:
    """Return the words for the variables that hold an object: three and a number, if there are many."""
    return [f"{name} (variable)" if name in names else name for name in _shortened(names, "more variable")]


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
        perhaps: the same for uncertain references: dictionaries and generators that nobody can be seen to own.

    """

    total: int
    drawn: int = 0
    variables: tuple[str, ...] = ()
    elsewhere: int = 0
    unexplained: int = 0
    uncertain: int = 0
    through: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()

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
    """One object, or many like ones, or (`kind` is ``"more"``) all the objects that are not drawn.

    Attributes:
        id: ``n0``, ``n1``, ... in the order in which the objects were found.
        type_name: the name of the object's class.
        text: a name, a length or a plain value, never the result of a class's own ``__repr__``; of the objects that
            are not drawn, how many there are of which class.
        kind: ``"python"``, ``"native"`` (a class written in Rust or C outside the standard library) or ``"more"``.
        count: the explanation of the reference count; None where a count means nothing.
        root: whether the object was an argument of `gclab.graph`.
        in_cycle: whether the object is part of a cycle, drawn or not.
        times: how many like objects the node stands for; what it says is true of each of them.
        identity: the same for the same object in another picture (`gclab.graphs.identity`); never shown.

    """

    id: str
    type_name: str
    text: str = ""
    kind: str = "python"
    count: Count | None = None
    root: bool = False
    in_cycle: bool = False
    times: int = 1
    identity: tuple[int, ...] = field(default=(), repr=False, compare=False)

    @property
    def unexplained(self) -> int:
        """The number of unexplained references; 0 where a count means nothing."""
        return self.count.unexplained if self.count else 0

    def title(self) -> str:
        """Return the class and the text, such as ``method Editor.refresh`` or ``Editor × 12``."""
        between = ": " if self.kind == "more" and self.text else " "
        return f"{self.type_name}{between}{self.text}".rstrip() + (f" × {self.times}" if self.times > 1 else "")

    def facts(self) -> list[str]:
        """Return what the picture says about the object, each fact as a phrase."""
        facts = [f"{'each ' if self.times > 1 else ''}{self.count.words()}"] if self.count else []
        if self.variables:
            facts.append("held by " + ", ".join(_shortened(self.variables, "more variable")))
        if self.count and self.count.through:
            facts.append("unexplained through " + ", ".join(self.through()))
        if self.count and self.count.perhaps:
            facts.append("uncertain through " + ", ".join(self.perhaps()))
        if self.kind == "native":
            facts.append("native object")
        if self.in_cycle:
            facts.append("in a cycle")
        return facts

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables that hold the object; none where a count means nothing."""
        return self.count.variables if self.count else ()

    def through(self) -> list[str]:
        """Return the names of what unexplained references lead through: three and a number, if there are many."""
        return _shortened(self.count.through if self.count else (), "other")

    def perhaps(self) -> list[str]:
        """Return the same for uncertain references."""
        return _shortened(self.count.perhaps if self.count else (), "other")


@dataclass(frozen=True)
class Edge:
    """A reference from one node to another.

    Attributes:
        source: the id of the node that owns the reference.
        target: the id of the node that it leads to.
        label: the attribute, index, key or Rust field; empty where nothing is known.
        in_cycle: whether both ends belong to the same cycle.
        times: how many references the arrow stands for; indices and keys in its label are then left open.

    """

    source: str
    target: str
    label: str = ""
    in_cycle: bool = False
    times: int = 1

    def words(self) -> str:
        """Return the label as it is shown, such as ``children[…] × 12``."""
        if self.times == 1:
            return self.label
        return f"{self.label} × {self.times}" if self.label else f"{self.times} references"


@dataclass(frozen=True)
class Graph:
    """Objects and the references between them, at one moment.

    Attributes:
        nodes: the objects.
        edges: one entry for each reference, so two references give two entries.
        cycles: for each group of objects that can all reach each other, one shortest cycle as node ids.
        left_out: how many objects were found and are not drawn.
        notes: sentences that a reader must know to read the picture.
        hidden: how many objects of which class are not drawn.

    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    cycles: tuple[tuple[str, ...], ...] = ()
    left_out: int = 0
    notes: tuple[str, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the picture in words: the objects, their references, the cycles, the notes."""
        titles = {node.id: f"{node.id} {node.title()}" for node in self.nodes}
        return [
            *(titles[node.id] + (f" ({'; '.join(node.facts())})" if node.facts() else "") for node in self.nodes),
            *(_edge_line(edge, titles) for edge in self.edges),
            *(f"cycle: {' -> '.join(titles[name] for name in (*ring, ring[0]))}" for ring in self.cycles),
            *(f"note: {note}" for note in self.notes),
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__


def _shortened(names: Sequence[str], noun: str) -> list[str]:
    different = list(dict.fromkeys(names))
    left = len(different) - _MOST_NAMES
    return different[:_MOST_NAMES] + ([plural(left, noun)] if left > 0 else [])


def _edge_line(edge: Edge, titles: dict[str, str]) -> str:
    arrow = f"--{edge.words()}-->" if edge.words() else "-->"
    return f"{titles[edge.source]} {arrow} {titles[edge.target]}{' (in a cycle)' if edge.in_cycle else ''}"
