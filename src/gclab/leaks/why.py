"""`gclab.why` tells why an object is alive: the shortest chains of references from a root down to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

from gclab.errors import GraphError
from gclab.graphs.draw import ObjectGraph
from gclab.graphs.failures import notes_on
from gclab.graphs.labels import safe_text, type_name
from gclab.graphs.model import Edge, Node, plural
from gclab.leaks.factory import at_rest
from gclab.leaks.roots import Chain, chains

__all__ = ["Why", "why"]

_MOST_CHAINS = 5


@dataclass(frozen=True, repr=False)
class Why:
    """The answer of `why`. Notebooks show it as a picture; ``str()`` gives the chains as text.

    Attributes:
        title: the object that was asked for, in words.
        chains: the shortest way from each root, the nearest first.
        notes: where a root is a reference that no Python object reports: which objects cannot be asked for theirs.

    """

    title: str
    chains: tuple[Chain, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        if not self.chains:
            return f"{self.title}: nothing that can be seen keeps it alive"
        lines = [f"{self.title} is kept alive by {plural(len(self.chains), 'root')}:"]
        return "\n".join([*lines, *(f"  {chain}" for chain in self.chains), *(f"note: {note}" for note in self.notes)])

    __str__ = __repr__

    @property
    def graph(self) -> ObjectGraph:
        """The chains as a picture; objects that several chains share are drawn once."""
        nodes: dict[object, Node] = {}
        edges: dict[tuple[str, str, str], Edge] = {}
        for chain in self.chains:
            above = _add(nodes, chain.root, Node("", chain.root, kind="more"))
            label = ""
            for step in chain.steps:
                here = _add(nodes, step.number, Node("", step.type_name, step.text, root=step.number == 0))
                edges[above, here, label] = Edge(above, here, label)
                above, label = here, step.label
        return ObjectGraph(tuple(nodes.values()), tuple(edges.values()), notes=self.notes)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        if not self.chains:
            return {"text/plain": repr(self)}
        return {**self.graph._repr_mimebundle_(include, exclude), "text/plain": repr(self)}


def _add(nodes: dict[object, Node], key: object, node: Node) -> str:
    return nodes.setdefault(key, replace(node, id=f"n{len(nodes)}")).id


def why(item: object, *, most: int = _MOST_CHAINS) -> Why:
    """Tell why `item` is alive: which modules, classes and variables reach it, and through which references.

    A reference that no Python object reports is a root of its own kind: a native object that owns something and hides
    it, a running thread, or CPython itself. For an object of a class that leaks it is often the only one.

    The variable through which you pass `item` is one of the roots. IPython's own are, too: ``Out[3]`` and ``_`` keep
    what a cell has shown.

    Args:
        item: the object.
        most: how many chains are returned at most.

    Raises:
        GraphError: `most` is below 1.

    """
    if most < 1:
        raise GraphError("most must be at least 1")
    # Before CPython 3.11 the caller keeps a second reference to an argument.
    total = sys.getrefcount(item) - (3 if sys.version_info < (3, 11) else 2)
    caller = sys._getframe().f_back  # noqa: SLF001 - the variables of the caller are roots
    with at_rest():
        found = tuple(chains(item, total, caller, most=most))
        unexplained = any(chain.kind == "unreported" for chain in found)
        notes = tuple(notes_on([item], unexplained=unexplained))
    del caller  # a frame that holds itself would be a cycle
    return Why(f"{type_name(type(item))} {safe_text(item)}".rstrip(), found, notes)
