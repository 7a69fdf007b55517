"""How pictures look: what all pages, boxes and arrows have in common, and the words in a box."""

from __future__ import annotations

from html import escape
from typing import Final

import graphviz  # type: ignore[import-untyped]

from gclab.graphs.palette import ROLES

__all__ = ["ARROW", "BOX", "LEGEND", "LITTLE", "PAGE", "TEXT", "escaped", "row", "small", "table"]

TEXT, LITTLE = 11, 9  # points
_FONT: Final = "Arial"  # graphviz-pure measures text with Arimo, which has the same widths

PAGE: Final = {
    "rankdir": "TB",
    "bgcolor": "transparent",
    "margin": "0",
    "pad": "0.08",
    "nodesep": "0.3",
    "ranksep": "0.4",
}
BOX: Final = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": _FONT,
    "fontsize": f"{TEXT}",
    "fontcolor": ROLES["text"].light,
    "fillcolor": ROLES["python"].light,
    "color": ROLES["python-line"].light,
    "margin": "0.08,0.04",
    "height": "0.3",
    "width": "0.3",
}
ARROW: Final = {
    "fontname": _FONT,
    "fontsize": "9.5",
    "fontcolor": ROLES["text"].light,
    "color": ROLES["line"].light,
    "arrowsize": "0.8",
}
LEGEND: Final = {
    "fontname": _FONT,
    "fontsize": f"{LITTLE}",
    "fontcolor": ROLES["muted"].light,
    "labelloc": "b",
    "labeljust": "l",
}


def escaped(text: str) -> str:
    """Return `text` so that DOT does not read backslashes in it."""
    return str(graphviz.escape(text))


def table(rows: list[str]) -> str:
    """Return the label of a box, as one of graphviz' HTML-like tables."""
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>>'


def row(content: str, look: str = "") -> str:
    """Return one line of a label."""
    return f"<TR><TD{look}>{content}</TD></TR>"


def small(text: str, role: str, points: int = LITTLE) -> str:
    """Return words in the colour of a role of the palette."""
    return f'<FONT POINT-SIZE="{points}" COLOR="{ROLES[role].light}">{escape(text)}</FONT>'
