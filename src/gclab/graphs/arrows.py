"""Which arrows of a graph are drawn, and how: a picture with an arrow for each reference is often unreadable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gclab.graphs.model import Edge, Graph

__all__ = ["Arrow", "arrows_of"]

_MANY: Final = 3  # more references between the same two objects become one arrow with a number
_CROWD: Final = 8  # where more arrows end, most are drawn short; it also keeps the layout quick


@dataclass(frozen=True)
class Arrow:
    """One line of the picture.

    Attributes:
        source: where it begins.
        target: where it ends.
        label: what stands beside it.
        in_cycle: whether it is part of a cycle.
        short: whether it ends at a note that names the target, instead of at the target.

    """

    source: str
    target: str
    label: str
    in_cycle: bool
    short: bool = False


def arrows_of(graph: Graph) -> list[Arrow]:
    """Return the arrows of a graph, in the order of its edges."""
    groups: dict[tuple[str, str], list[Edge]] = {}
    for edge in graph.edges:
        groups.setdefault((edge.source, edge.target), []).append(edge)
    short = _short(graph, list(groups))
    drawn: list[Arrow] = []
    for (source, target), group in groups.items():
        labels = [edge.words() for edge in group]
        if len(group) > _MANY:
            labels = [f"{sum(edge.times for edge in group)} references"]
        drawn += [Arrow(source, target, label, group[0].in_cycle, (source, target) in short) for label in labels]
    return drawn


def _short(graph: Graph, pairs: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the arrows to draw short: those into a crowd, but not the first of it and none of a cycle that is told."""
    into: dict[str, list[tuple[str, str]]] = {}
    for pair in pairs:
        if pair[0] != pair[1]:
            into.setdefault(pair[1], []).append(pair)
    told = {pair for ring in graph.cycles for pair in zip(ring, (*ring[1:], ring[0]), strict=True)}
    crowds = [crowd for crowd in into.values() if len(crowd) > _CROWD]
    return {pair for crowd in crowds for pair in crowd[1:] if pair not in told}
