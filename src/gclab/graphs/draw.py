"""`gclab.graph`: from live objects to a picture, in four steps: walk, explain the counts, DOT, SVG."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import GraphError
from gclab.graphs import calls, counts, svg
from gclab.graphs.dot import to_dot
from gclab.graphs.identity import identify
from gclab.graphs.labels import safe_text, type_name
from gclab.graphs.model import Edge, Graph, Node, find_cycles, plural
from gclab.graphs.walk import INCLUDE, Limits, Walk, is_native, walk

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from gclab.graphs.model import Count

__all__ = ["ObjectGraph", "graph", "limits_of", "picture_of"]

_FREE_THREADED = "reference counts are not shown: on free-threaded Python they do not tell who owns an object"


@dataclass(frozen=True, repr=False)
class ObjectGraph(Graph):
    """A picture of objects and of the references between them, as they were when `graph` was called.

    Notebooks show it as an image; ``str()`` gives the same content as text. It holds strings and numbers only.
    """

    @property
    def title(self) -> str:
        """One sentence that says what the picture shows."""
        objects = plural(sum(node.kind != "more" for node in self.nodes), "object")
        cycles = f", {plural(len(self.cycles), 'cycle')}" if self.cycles else ""
        missing = sum(node.unexplained for node in self.nodes)
        rest = f", {plural(missing, 'unexplained reference')}" if missing else ""
        return f"{objects} and {plural(len(self.edges), 'reference')} between them{cycles}{rest}"

    def to_dot(self) -> str:
        """Return the DOT source."""
        return to_dot(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file and return its path.

        Args:
            path: a name that ends in ``.svg`` (follows the reader's choice of light or dark) or ``.dot``.

        Raises:
            GraphError: the name ends in something else, or the drawing program is missing.

        """
        target = Path(path)
        if target.suffix == ".dot":
            text = self.to_dot()
        elif target.suffix == ".svg":
            text = svg.standalone(self.to_dot(), self.title, self.lines())
        else:
            raise GraphError(f"cannot save {target.name!r}: use a name that ends in .svg or .dot")
        target.write_text(text, encoding="utf-8", newline="\n")
        return target

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        dot = self.to_dot()
        return {
            "text/html": svg.to_html(dot, self.title, self.lines()),
            "text/vnd.graphviz": dot,
            "text/plain": str(self),
        }


def graph(
    *roots: object,
    max_nodes: int = 60,
    max_depth: int | None = None,
    include: Collection[str] = (),
) -> ObjectGraph:
    """Draw `roots` and what they refer to, as Python's garbage collector sees it.

    Each box says how many references the object has and where they come from: arrows of the picture, variables,
    elsewhere (objects and variables outside the picture). A rest is an *unexplained* reference: nothing that the
    collector is told about owns it, so a cycle through it cannot be freed. Its owner is most likely a native object
    that does not report it; ``through`` names what the reference leads through. What a call in progress or CPython
    itself may hold is called *uncertain* instead; that includes the argument of a function through which you call
    this one, so call it at the top level of a cell.

    A picture without an unexplained reference does not prove that there is no leak: what a native object owns
    through a dictionary or a generator counts as elsewhere. `gclab.probe` proves it.

    Objects of the notebook itself (IPython, its kernel and their loops) are drawn, but not followed unless they are
    `roots`.

    Taking a graph changes no count that it shows, runs no ``__repr__`` and keeps no object alive. Elements of a set
    are ordered by class and text; equal ones stay in the set's own order.

    Args:
        roots: the objects to begin with.
        max_nodes: how many objects are drawn at most; the rest becomes one node with a number.
        max_depth: how many references away from a root an object may be.
        include: what is left out otherwise: ``"atoms"`` (numbers, strings and the like), ``"immortal"``,
            ``"modules"``, ``"types"``.

    Raises:
        GraphError: no roots, a limit below 1, or an unknown word in `include`.

    """
    limits = limits_of(len(roots), max_nodes, max_depth, include)
    here = sys._getframe()  # noqa: SLF001 - the variables of the caller explain counts
    caller = here.f_back
    if caller is None:
        raise GraphError("gclab.graph needs a Python caller, whose variables it names; call it from Python code")
    plain = calls.called_plainly(caller, here.f_code)
    del here  # a frame that holds itself would be a cycle
    found = walk(roots, limits, id(caller.f_globals))
    explained = counts.explain(found, roots, caller, plain=plain)
    return picture_of(found, explained, len({id(root) for root in roots}))


def limits_of(roots: int, max_nodes: int, max_depth: int | None, include: Collection[str]) -> Limits:
    """Check the arguments that say what belongs into a picture."""
    words = frozenset([include] if isinstance(include, str) else include)
    if not roots:
        raise GraphError("there is nothing to draw: give gclab.graph at least one object")
    if max_nodes < 1 or (max_depth is not None and max_depth < 0):
        raise GraphError("max_nodes must be at least 1 and max_depth at least 0")
    if words - set(INCLUDE):
        unknown = ", ".join(sorted(map(repr, words - set(INCLUDE))))
        raise GraphError(f"include knows no {unknown}; it takes {', '.join(map(repr, INCLUDE))}")
    return Limits(max_nodes, max_depth, words)


def picture_of(found: Walk, explained: list[Count | None], roots: int) -> ObjectGraph:
    """Turn the walk into data that refers to no drawn object."""
    group, rings = find_cycles(len(found.objects), {(a, b) for a, b, _ in found.edges})
    nodes = [_node(n, item, explained[n], n < roots, group[n] >= 0) for n, item in enumerate(found.objects)]
    nodes = [replace(node, identity=own) for node, own in zip(nodes, identify(found.objects), strict=True)]
    edges = [
        Edge(f"n{a}", f"n{b}", label, in_cycle=group[a] >= 0 and group[a] == group[b]) for a, b, label in found.edges
    ]
    if found.left_out:
        more = f"n{len(nodes)}"
        nodes.append(Node(more, plural(found.left_out, "more object"), kind="more"))
        edges += [Edge(f"n{owner}", more, plural(times, "reference")) for owner, times in found.beyond.items()]
    notes = (_FREE_THREADED,) if counts.COUNTS_MEAN_NOTHING else ()
    cycles = tuple(tuple(f"n{n}" for n in ring) for ring in rings)
    return ObjectGraph(tuple(nodes), tuple(edges), cycles, found.left_out, notes)


def _node(number: int, item: object, count: Count | None, root: bool, in_cycle: bool) -> Node:  # noqa: FBT001
    kind = "native" if is_native(type(item)) else "python"
    return Node(f"n{number}", type_name(type(item)), safe_text(item), kind, count, root, in_cycle)
