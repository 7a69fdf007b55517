"""A graph as DOT source, legible on its own in any program that draws DOT."""

from __future__ import annotations

from html import escape
from typing import Final

import graphviz  # type: ignore[import-untyped]

from gclab.graphs.model import Edge, Graph, Node, plural
from gclab.graphs.palette import ROLES

__all__ = ["arrow_style", "box_style", "escaped", "merged", "to_dot"]

_FONT: Final = "Arial"  # graphviz-pure measures text with Arimo, which has the same widths
_MANY: Final = 3  # more references between the same two objects become one arrow with a number
_MOST_VARIABLES: Final = 4


def to_dot(graph: Graph) -> str:
    """Return the DOT source of a graph; the same graph always gives the same text."""
    drawing = graphviz.Digraph("objects", graph_attr=_page(graph), node_attr=box_style(), edge_attr=arrow_style())
    for node in graph.nodes:
        drawing.node(node.id, label=_label(node), **_look(node))
        _add_variables(drawing, node)
    for edge, label in merged(graph.edges):
        drawing.edge(edge.source, edge.target, label=f" {escaped(label)} " if label else "", **_stroke(edge))
    return str(drawing.source)


def escaped(text: str) -> str:
    """Return `text` so that DOT does not read backslashes in it."""
    return str(graphviz.escape(text))


def _page(graph: Graph) -> dict[str, str]:
    legend = "".join(f"{escaped(line)}\\l" for line in _legend(graph))
    return {
        "rankdir": "TB",
        "bgcolor": "transparent",
        "margin": "0",
        "pad": "0.08",
        "nodesep": "0.3",
        "ranksep": "0.4",
        "fontname": _FONT,
        "fontsize": "9",
        "fontcolor": ROLES["muted"].light,
        "labelloc": "b",
        "labeljust": "l",
        "label": legend,
    }


def _legend(graph: Graph) -> list[str]:
    """Return what the picture's signs mean; only the signs that are in it."""
    counts = [node.count for node in graph.nodes if node.count]
    signs = [
        (bool(graph.cycles), "double border, thick arrows: in a cycle"),
        (any(node.unexplained for node in graph.nodes), "dashed: owned, but not reported"),
        (any(node.kind == "native" for node in graph.nodes), "square corners: from Rust or C code"),
        (any(count.elsewhere for count in counts), "elsewhere: objects and variables outside the picture"),
        (any(count.uncertain for count in counts), "uncertain: a call in progress or Python itself may hold it"),
    ]
    return [text for shown, text in signs if shown] + list(graph.notes)


def box_style() -> dict[str, str]:
    """Return what all boxes have in common."""
    return {
        "shape": "box",
        "style": "rounded,filled",
        "fontname": _FONT,
        "fontsize": "11",
        "fontcolor": ROLES["text"].light,
        "fillcolor": ROLES["python"].light,
        "color": ROLES["python-line"].light,
        "margin": "0.08,0.04",
        "height": "0.3",
        "width": "0.3",
    }


def arrow_style() -> dict[str, str]:
    """Return what all arrows have in common."""
    return {
        "fontname": _FONT,
        "fontsize": "9.5",
        "fontcolor": ROLES["text"].light,
        "color": ROLES["line"].light,
        "arrowsize": "0.8",
    }


def _look(node: Node) -> dict[str, str]:
    look: dict[str, str] = {}
    if node.kind == "native":
        look = {"style": "filled", "fillcolor": ROLES["native"].light, "color": ROLES["native-line"].light}
    if node.kind == "more":
        look = {"style": "rounded,dotted", "color": ROLES["line"].light}
    if node.in_cycle:
        look |= {"color": ROLES["cycle"].light, "penwidth": "1.5", "peripheries": "2"}
    return look


def _stroke(edge: Edge) -> dict[str, str]:
    return {"color": ROLES["cycle"].light, "penwidth": "2.5"} if edge.in_cycle else {}


def _label(node: Node) -> str:
    """Return the label as one of graphviz' HTML-like tables: name, count, badge."""
    text = f" {escape(node.text)}" if node.text else ""
    rows = [f"<TR><TD><B>{escape(node.type_name)}</B>{text}</TD></TR>"]
    if node.count:
        rows.append(f"<TR><TD>{_small(node.count.words(unexplained=False), 'muted')}</TD></TR>")
    facts = [*(["native object"] if node.kind == "native" else []), *(["in a cycle"] if node.in_cycle else [])]
    if facts:
        rows.append(f"<TR><TD>{_small(', '.join(facts), 'cycle' if node.in_cycle else 'muted')}</TD></TR>")
    if node.unexplained:
        words = f"! {plural(node.unexplained, 'reference')} unexplained"
        look = f'BORDER="1" STYLE="DASHED" COLOR="{ROLES["warning"].light}" BGCOLOR="{ROLES["warning-ground"].light}"'
        through = "".join(f"<BR/>{_small(f'through {name}', 'warning')}" for name in _through(node))
        rows.append(f'<TR><TD {look} CELLPADDING="3"><B>{_small(words, "warning")}</B>{through}</TD></TR>')
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>>'


def _through(node: Node) -> tuple[str, ...]:
    return node.count.through[:1] if node.count else ()


def _small(text: str, role: str) -> str:
    return f'<FONT POINT-SIZE="9" COLOR="{ROLES[role].light}">{escape(text)}</FONT>'


def _add_variables(drawing: graphviz.Digraph, node: Node) -> None:
    names = node.count.variables if node.count else ()
    shown = [f"{name} (variable)" for name in names[:_MOST_VARIABLES]]
    if len(names) > _MOST_VARIABLES:
        shown[-1:] = [f"{len(names) - _MOST_VARIABLES + 1} more variables"]
    for number, name in enumerate(shown):
        own = f"{node.id}v{number}"
        look = {"shape": "plain", "style": "", "fontsize": "9.5", "fontcolor": ROLES["muted"].light}
        drawing.node(own, label=escaped(name), **look)
        drawing.edge(own, node.id, color=ROLES["muted"].light, penwidth="0.7", arrowhead="vee", arrowsize="0.6")


def merged(edges: tuple[Edge, ...]) -> list[tuple[Edge, str]]:
    """Return the arrows to draw, each with its label."""
    groups: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        groups.setdefault((edge.source, edge.target), []).append(edge)
    drawn: list[tuple[Edge, str]] = []
    for group in groups.values():
        if len(group) <= _MANY:
            drawn += [(edge, edge.label) for edge in group]
        else:
            drawn.append((group[0], f"{len(group)} references"))
    return drawn
