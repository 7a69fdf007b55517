"""One layout for several pictures: the same boxes at the same places, each time with other words and looks."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import graphviz  # type: ignore[import-untyped]

from gclab.graphs.palette import ROLES
from gclab.graphs.style import ARROW, BOX, LITTLE, PAGE, TEXT, escaped, row, small, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gclab.graphs.model import Node

__all__ = ["Arrow", "Box", "Scene", "to_dots"]

_ROW: Final = 1.35  # height of a line of text, in its own size
_LONGEST: Final = 36  # characters of a line: two boxes beside each other fit on a narrow page
_PADDING: Final = 12.0  # points
_WIDTHS: Final = {"ijl.,:;'|!ftI[]()/ -r": 0.34, "mwMW%@": 0.95, "ABCDEFGHJKLNOPQRSTUVXYZ": 0.74}
_USUAL, _WIDEST = 0.58, 1.05  # in the size of the text, for letters of Arial in bold and for anything else


@dataclass(frozen=True)
class Box:
    """One object, or one variable, in one picture.

    Attributes:
        id: the same in each picture.
        name: the class of the object; empty for a variable.
        text: stands behind the name.
        lines: what else stands in the box, each line with its role in the palette; ``"text"`` is written larger.
        look: a key of the looks below.

    """

    id: str
    name: str
    text: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    look: str = "python"

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The lines as they are drawn: a long one goes on below."""
        return [(row, role) for text, role in self.lines for row in textwrap.wrap(text, _LONGEST)]

    @classmethod
    def of(cls, name: str, node: Node, lines: tuple[tuple[str, str], ...], look: str) -> Box:
        """Make the box `name` for a node of a graph."""
        text = node.title()[len(node.type_name) :].lstrip(" :")
        return cls(name, node.type_name, text, lines, look)


@dataclass(frozen=True)
class Arrow:
    """One reference in one picture."""

    source: str
    target: str
    label: str = ""
    look: str = "plain"


@dataclass(frozen=True)
class Scene:
    """One picture: the same boxes and arrows, in the same order, as the other pictures of its layout."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def _colours(ground: str, line: str) -> dict[str, str]:
    return {"fillcolor": ROLES[ground].light, "color": ROLES[line].light}


_BOXES: Final = {
    "python": {},
    "native": {"style": "filled", **_colours("native", "native-line")},
    "new": {"style": "rounded,filled", "penwidth": "2.5", **_colours("alive", "alive-line")},
    "alive": {"style": "rounded,filled", "penwidth": "2.5", **_colours("alive", "alive-line")},
    "doomed": {"style": "filled,diagonals", "penwidth": "1.5", **_colours("doomed", "doomed-line")},
    "ghost": {"style": "dashed", "color": ROLES["muted"].light, "fontcolor": ROLES["muted"].light},
    "absent": {"style": "rounded,dotted", "color": ROLES["muted"].light, "fontcolor": ROLES["muted"].light},
    "variable": {"shape": "plaintext", "style": "", "fontcolor": ROLES["muted"].light},
    "hidden": {"style": "invis"},
}
_ARROWS: Final = {
    "plain": {},
    "new": {"color": ROLES["alive-line"].light, "penwidth": "2.5"},
    "ghost": {"style": "dashed", "color": ROLES["muted"].light, "fontcolor": ROLES["muted"].light},
    "variable": {"color": ROLES["muted"].light, "penwidth": "0.7", "arrowhead": "vee", "arrowsize": "0.6"},
    "hidden": {"style": "invis"},
}


def to_dots(scenes: Sequence[Scene]) -> list[str]:
    """Return one DOT source for each scene; in all of them each box has the same size and so the same place."""
    sizes = [_size(versions) for versions in zip(*(scene.boxes for scene in scenes), strict=True)]
    return [_to_dot(scene, sizes) for scene in scenes]


def _to_dot(scene: Scene, sizes: list[tuple[str, str]]) -> str:
    sized = BOX | {"fixedsize": "true", "margin": "0"}
    drawing = graphviz.Digraph("objects", graph_attr=PAGE, node_attr=sized, edge_attr=ARROW)
    for item, (width, height) in zip(scene.boxes, sizes, strict=True):
        drawing.node(item.id, label=_label(item), width=width, height=height, **_BOXES[item.look])
    for arrow in scene.arrows:
        label = f" {escaped(arrow.label)} " if arrow.label else ""
        drawing.edge(arrow.source, arrow.target, label=label, **_ARROWS[arrow.look])
    return str(drawing.source)


def _label(box: Box) -> str:
    ghost = box.look in ("ghost", "absent")
    title = " ".join(filter(None, [f"<B>{escape(box.name)}</B>" if box.name else "", escape(box.text)]))
    rows = [row(title)] if title else []
    rows += [row(small(text, "muted" if ghost else role, _points(role))) for text, role in box.rows]
    return table(rows)


def _size(versions: Sequence[Box]) -> tuple[str, str]:
    """Return width and height in inches, large enough for each version of a box.

    The drawing program would measure the words exactly, but then each picture would have a layout of its own.
    """
    widths = [_width(f"{box.name} {box.text}", TEXT) for box in versions]
    widths += [_width(text, _points(role)) for box in versions for text, role in box.rows]
    return f"{(max(widths) + _PADDING) / 72:.2f}", f"{(max(map(_height, versions)) + _PADDING / 2) / 72:.2f}"


def _height(box: Box) -> float:
    rows = [TEXT] * bool(box.name or box.text) + [_points(role) for _, role in box.rows]
    return sum(points * _ROW + 2 for points in rows)


def _points(role: str) -> int:
    return TEXT if role == "text" else LITTLE


def _width(text: str, points: int) -> float:
    return points * sum(map(_letter, text))


def _letter(letter: str) -> float:
    known = next((width for letters, width in _WIDTHS.items() if letter in letters), _USUAL)
    return known if letter.isascii() else _WIDEST
