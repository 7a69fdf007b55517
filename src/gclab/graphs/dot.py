"""A graph as DOT source, legible on its own in any program that draws DOT."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Final

import graphviz  # type: ignore[import-untyped]

from gclab.graphs.arrows import Arrow, arrows_of
from gclab.graphs.model import Graph, Node, plural, variable_names
from gclab.graphs.palette import ROLES
from gclab.graphs.style import ARROW, BOX, LEGEND, PAGE, escaped, row, small, table

__all__ = ["to_dot"]

_NOTE: Final = {"shape": "plain", "style": "", "fontsize": "9.5", "fontcolor": ROLES["muted"].light}


def to_dot(graph: Graph) -> str:
    """Return the DOT source of a graph; the same graph always gives the same text."""
    drawing = graphviz.Digraph("objects", graph_attr=_page(graph), node_attr=BOX, edge_attr=ARROW)
    arrows = arrows_of(graph)
    crowds = Counter(arrow.target for arrow in arrows if arrow.short)
    for node in graph.nodes:
        drawing.node(node.id, label=_label(node, crowds[node.id]), **_look(node))
        _add_variables(drawing, node)
    _add_arrows(drawing, arrows, {node.id: f"{node.id} {node.type_name}" for node in graph.nodes})
    return str(drawing.source)


def _page(graph: Graph) -> dict[str, str]:
    legend = "".join(f"{escaped(line)}\\l" for line in _legend(graph))
    return PAGE | LEGEND | {"label": legend}


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


def _look(node: Node) -> dict[str, str]:
    look: dict[str, str] = {}
    if node.kind == "native":
        look = {"style": "filled", "fillcolor": ROLES["native"].light, "color": ROLES["native-line"].light}
    if node.kind == "more":
        look = {"style": "rounded,dotted", "color": ROLES["line"].light}
    if node.in_cycle:
        look |= {"color": ROLES["cycle"].light, "penwidth": "1.5", "peripheries": "2"}
    return look


def _stroke(edge: Arrow) -> dict[str, str]:
    return {"color": ROLES["cycle"].light, "penwidth": "2.5"} if edge.in_cycle else {}


def _label(node: Node, crowd: int) -> str:
    """Return the label as one of graphviz' HTML-like tables: name, count, badge."""
    if node.kind == "more":
        parts = [small(part, "muted") for part in node.text.split(", ") if part]
        return table([row(f"<B>{escape(node.type_name)}</B>"), *map(row, parts)])
    text = f" {escape(node.text)}" if node.text else ""
    times = f" <B>× {node.times}</B>" if node.times > 1 else ""
    each = "each " if node.times > 1 else ""
    rows = [row(f"<B>{escape(node.type_name)}</B>{text}{times}")]
    if node.count:
        rows.append(row(small(each + node.count.words(unexplained=False), "muted")))
    if node.perhaps():
        rows.append(row(small(f"uncertain through {', '.join(node.perhaps())}", "muted")))
    facts = [*(["native object"] if node.kind == "native" else []), *(["in a cycle"] if node.in_cycle else [])]
    if facts:
        rows.append(row(small(", ".join(facts), "cycle" if node.in_cycle else "muted")))
    if crowd:
        rows.append(row(small(f"{node.id}: {plural(crowd, 'arrow')} to here are drawn short", "muted")))
    if node.unexplained:
        words = f"! {each}{plural(node.unexplained, 'reference')} unexplained"
        look = f' BORDER="1" STYLE="DASHED" COLOR="{ROLES["warning"].light}" BGCOLOR="{ROLES["warning-ground"].light}"'
        through = "".join(f"<BR/>{small(f'through {name}', 'warning')}" for name in node.through())
        rows.append(row(f"<B>{small(words, 'warning')}</B>{through}", f'{look} CELLPADDING="3"'))
    return table(rows)


def _add_variables(drawing: graphviz.Digraph, node: Node) -> None:
    for number, name in enumerate(variable_names(node.variables)):
        own = f"{node.id}v{number}"
        drawing.node(own, label=escaped(name), **_NOTE)
        drawing.edge(own, node.id, color=ROLES["muted"].light, penwidth="0.7", arrowhead="vee", arrowsize="0.6")


def _add_arrows(drawing: graphviz.Digraph, arrows: list[Arrow], titles: dict[str, str]) -> None:
    for number, arrow in enumerate(arrows):
        target = f"e{number}" if arrow.short else arrow.target
        if arrow.short:
            drawing.node(target, label=escaped(titles[arrow.target]), **_NOTE)
        drawing.edge(arrow.source, target, label=f" {escaped(arrow.label)} " if arrow.label else "", **_stroke(arrow))
