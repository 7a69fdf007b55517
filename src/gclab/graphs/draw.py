"""`gclab.graph`: from live objects to a picture, in four steps: walk, explain the counts, DOT, SVG."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import GraphError
from gclab.graphs import calls, counts, svg
from gclab.graphs.contents import Contents
from gclab.graphs.dot import to_dot
from gclab.graphs.engine import drawn
from gclab.graphs.limits import MOST_WALKED, Limits, limits_of
from gclab.graphs.model import Graph, plural
from gclab.graphs.palette import ROLES
from gclab.graphs.rest import collector_at_rest
from gclab.graphs.walk import Walk, walk

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from gclab.graphs.model import Count

__all__ = ["ObjectGraph", "graph", "picture_of"]


@dataclass(frozen=True, repr=False)
class ObjectGraph(Graph):
    """A picture of objects and of the references between them, as they were when `graph` was called.

    Notebooks show it as an image; ``str()`` gives the same content as text. It holds strings and numbers only.
    """

    @property
    def title(self) -> str:
        """One sentence that says what the picture shows."""
        drawn = {node.id: node.times for node in self.nodes if node.kind != "more"}
        between = sum(edge.times for edge in self.edges if edge.source in drawn and edge.target in drawn)
        cycles = f", {plural(len(self.cycles), 'cycle')}" if self.cycles else ""
        missing = sum(node.unexplained * node.times for node in self.nodes)
        rest = f", {plural(missing, 'unexplained reference')}" if missing else ""
        objects = plural(sum(drawn.values()), "object")
        return f"{objects} and {plural(between, 'reference')} between them{cycles}{rest}"

    def to_dot(self) -> str:
        """Return the DOT source."""
        return to_dot(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file and return its path.

        Args:
            path: a name that ends in ``.svg`` (follows the reader's choice of light or dark), ``.png`` (light, two
                dots for each pixel of the SVG, 192 dots an inch) or ``.dot``.

        Raises:
            GraphError: the name ends in something else, the drawing program is missing, or the file cannot be written.

        """
        target = Path(path)
        if target.suffix == ".dot":
            content = self.to_dot().encode()
        elif target.suffix == ".svg":
            content = svg.standalone(self.to_dot(), self.title, self.lines()).encode()
        elif target.suffix == ".png":
            content = drawn(self.to_dot(), "png", f"-Gbgcolor={ROLES['page'].light}", "-Gdpi=192")
        else:
            raise GraphError(f"cannot save {target.name!r}: use a name that ends in .svg, .png or .dot")
        try:
            target.write_bytes(content)
        except OSError as failed:
            raise GraphError(
                f"cannot save {target.name!r}: {failed.strerror}. Name a file that you may write"
            ) from failed
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
    include: Collection[str | type] | str | type = (),
    exclude: Collection[str | type] | str | type = (),
    collapse: bool = True,
) -> ObjectGraph:
    """Draw `roots` and what they refer to, as Python's garbage collector sees it.

    Each box says how many references the object has and where they come from: arrows of the picture, variables,
    elsewhere (objects and variables outside the picture). A rest is an *unexplained* reference: nothing that the
    collector is told about owns it, so a cycle through it cannot be freed. Its owner is most likely a native object
    that does not report it; ``through`` names what the reference leads through. What a call in progress or CPython
    itself may hold is called *uncertain* instead; that includes the argument of a function through which you call
    this one, so call it at the top level of a cell.

    A picture without an unexplained reference does not prove that there is no leak: what a native object owns
    through a dictionary or a generator is uncertain, because a thread or a loop may hold one unseen. `gclab.probe`
    proves it.

    Five or more like objects are one box with a number: what it says is true of each of them. If there are more boxes
    than `max_nodes`, those with unexplained references, then cycles, are drawn first, with the way to them; then the
    nearest ones. One more node says how many objects of which classes are not drawn. The nearest 20,000 objects are
    looked at; a note says so if there are more.

    Objects of the notebook itself (IPython, its kernel and their loops) are drawn, but not followed unless they are
    `roots`.

    Taking a graph changes no count that it shows and keeps no object alive. It runs no ``__repr__`` and no other code
    of the objects, with one exception that a class asks for: ``__gc_edges__``, which names the fields of Rust objects.
    Elements of a set are ordered by class and text; equal ones stay in the set's own order.

    Args:
        roots: the objects to begin with; always drawn, whatever they are.
        max_nodes: how many boxes are drawn at most.
        max_depth: how many references away from a root an object may be.
        include: what is left out otherwise: ``"atoms"`` (numbers, strings and the like), ``"immortal"``,
            ``"modules"``, ``"types"``; or classes whose objects, also those of subclasses, are drawn in any case
            and before others.
        exclude: what is left out, and not followed: classes, with their subclasses; names of classes
            (``"Logger"``, ``"logging.Logger"``), of modules or packages (``"logging"``).
        collapse: whether many like objects are one box.

    Raises:
        GraphError: no roots, a limit below its least value, or something in `include` or `exclude` that is neither
            a class nor a name.

    Example:
        >>> parent = []
        >>> parent.append([parent])
        >>> gclab.graph(parent)  # a notebook shows it as a picture
        n0 list 1 item (2 references: 1 drawn, 1 variable; held by parent; in a cycle)
        n1 list 1 item (1 reference: 1 drawn; in a cycle)
        n0 list 1 item --[0]--> n1 list 1 item (in a cycle)
        n1 list 1 item --[0]--> n0 list 1 item (in a cycle)
        cycle: n0 list 1 item -> n1 list 1 item -> n0 list 1 item

    """
    limits = limits_of(len(roots), max_nodes, max_depth, include, exclude)
    here = sys._getframe()  # noqa: SLF001 - the variables of the caller explain counts
    caller = here.f_back
    if caller is None:
        raise GraphError("gclab.graph needs a Python caller, whose variables it names; call it from Python code")
    plain = calls.called_plainly(caller, here.f_code)
    del here  # a frame that holds itself would be a cycle
    with collector_at_rest():
        found = walk(roots, replace(limits, max_nodes=MOST_WALKED), id(caller.f_globals))
        explained = counts.explain(found, roots, caller, plain=plain)
        return picture_of(found, explained, len({id(root) for root in roots}), limits, collapse=collapse)


def picture_of(
    found: Walk, explained: list[Count | None], roots: int, limits: Limits | None = None, *, collapse: bool = False
) -> ObjectGraph:
    """Turn a walk into a picture: all of it, or what `limits` allow, with or without boxes for many like objects."""
    return ObjectGraph(**vars(Contents(found, explained, roots, limits, collapse=collapse).graph()))
