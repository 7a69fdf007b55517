"""DOT source to SVG: runs the drawing program, then gives its output classes, a title and a description."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Final
from xml.etree import ElementTree as ET

from gclab.graphs.engine import drawn
from gclab.graphs.palette import ROLES

__all__ = ["standalone", "to_html", "to_svg"]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK: Final = "{http://www.w3.org/1999/xlink}"
_ROLE_OF: Final = {colour.light: role for role, colour in ROLES.items()}
# Seen at once on every system: else nothing would say that a wide picture goes on. The grey is legible on any ground.
_SCROLLBAR: Final = (
    ".gclab-graph-scroll::-webkit-scrollbar{height:8px}"
    ".gclab-graph-scroll::-webkit-scrollbar-thumb{background:#808080;border-radius:4px}"
)
Marks = dict[str, tuple[str, str]]
"""The classes of a picture that stand for colours: ``{"fill-cycle": ("fill", "cycle")}``."""
_shown: Counter[str] = Counter()  # how often this process has shown a picture: ids must differ on a page


def to_svg(dot: str, title: str, description: str, prefix: str) -> ET.Element:
    """Draw `dot` and return the picture without colours of its own.

    Args:
        dot: DOT source made by `gclab.graphs.dot`.
        title: the picture's name for people who do not see it.
        description: the same content as the picture, in words.
        prefix: what every id begins with.

    Raises:
        GraphError: the drawing program is missing or failed.

    """
    root = ET.fromstring(drawn(dot, "svg"))  # noqa: S314 - our own program's output; the parser drops doctype and comments
    for element in root.iter():
        _clean(element, prefix)
    for old in root.findall(f".//{_SVG}title/.."):
        old.remove(old.find(f"{_SVG}title"))  # type: ignore[arg-type]
    root.attrib.pop("style", None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title")
    root.set("aria-describedby", f"{prefix}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        words = ET.Element(f"{_SVG}{tag}", {"id": f"{prefix}-{tag}"})
        words.text = text
        root.insert(place, words)
    return root


def _clean(element: ET.Element, prefix: str) -> None:
    """Replace an element's colours by classes and make its id unique; drop what CSS decides."""
    classes = element.get("class", "").split()
    for name in ("fill", "stroke"):
        role = _ROLE_OF.get(element.get(name, "").lower())
        if role:
            classes.append(f"{name}-{role}")
            del element.attrib[name]
    if element.tag == f"{_SVG}text":
        element.attrib.pop("font-family", None)
    if classes:
        element.set("class", " ".join(classes))
    if "id" in element.attrib:
        element.set("id", f"{prefix}-{element.get('id')}")
    element.attrib.pop(f"{_XLINK}title", None)


def prefix_of(dot: str) -> str:
    """Return a name for the ids of a picture: the same in every run, another one if the picture comes twice."""
    name = "g" + hashlib.sha256(dot.encode()).hexdigest()[:8]
    _shown[name] += 1
    return name if _shown[name] == 1 else f"{name}-{_shown[name]}"


_UNTRUSTED: Final = (
    "The words above are a picture. JupyterLab does not draw it, because it does not trust this notebook: "
    "run the cell again, or choose Trust Notebook in the command palette."
)


def to_html(dot: str, title: str, lines: list[str]) -> str:
    """Return the picture as part of a page: light and dark, with its content as a list below."""
    prefix = prefix_of(dot)
    picture = ET.Element("div", {"class": "gclab-graph"})
    drawing = to_svg(dot, title, "\n".join(lines), prefix)
    ET.SubElement(picture, "style").text = _css_of_page(_marks(drawing))
    frame = ET.SubElement(picture, "div", {"class": "gclab-graph-scroll", "role": "region", "tabindex": "0"})
    frame.set("aria-label", title)
    frame.append(drawing)
    # What sanitises a page takes away the drawing, and the style that hides this.
    ET.SubElement(picture, "p", {"class": "gclab-untrusted"}).text = _UNTRUSTED
    details = ET.SubElement(picture, "details")
    ET.SubElement(details, "summary").text = "as text"
    entries = ET.SubElement(details, "ul")
    for line in lines:
        ET.SubElement(entries, "li").text = line
    return _text(picture)


def standalone(dot: str, title: str, lines: list[str]) -> str:
    """Return a whole SVG file, which follows the reader's preference for light or dark."""
    root = to_svg(dot, title, "\n".join(lines), "gclab")
    root.set("class", "gclab-graph")
    style = ET.Element(f"{_SVG}style")
    marks = _marks(root) | {"fill-page": ("fill", "page")}
    dark = f"@media(prefers-color-scheme:dark){{{_colours('', marks, dark=True)}}}"
    style.text = _rules(marks) + "svg.gclab-graph{background:var(--gclab-page)}" + dark
    root.insert(2, style)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_text(root)}\n'


def _text(element: ET.Element) -> str:
    """Return XML without namespace prefixes; HTML parsers and SVG viewers both read it."""
    ET.register_namespace("", _SVG[1:-1])
    text = ET.tostring(element, encoding="unicode")
    if element.tag != f"{_SVG}svg":  # in a page, only the svg element itself carries the namespace
        text = text.replace(f' xmlns="{_SVG[1:-1]}"', "", 1).replace("<svg ", f'<svg xmlns="{_SVG[1:-1]}" ', 1)
    return text


def _marks(root: ET.Element) -> Marks:
    """Return the classes of a picture that stand for colours: rules for others would only make a page longer."""
    names = {name for element in root.iter() for name in element.get("class", "").split()}
    every = {f"{kind}-{role}": (kind, role) for role in ROLES for kind in ("fill", "stroke")}
    return {name: mark for name, mark in every.items() if name in names}


def _css_of_page(marks: Marks) -> str:
    """Return CSS that follows the theme of the page: Sphinx' pydata theme, JupyterLab, or the reader's preference."""
    themes = ("html[data-theme=dark] ", 'body[data-jp-theme-light="false"] ')
    unthemed = "html:not([data-theme]) body:not([data-jp-theme-light]) "
    preferred = f"@media screen and (prefers-color-scheme:dark){{{_colours(unthemed, marks, dark=True)}}}"
    chosen = "".join(_colours(theme, marks, dark=True) for theme in themes)
    own = f".gclab-graph .gclab-untrusted{{display:none}}{_SCROLLBAR}"
    return f"{_rules(marks)}{own}{preferred}@media screen{{{chosen}}}"


def _rules(marks: Marks) -> str:
    """Return what is the same in light and dark, and the light colours."""
    return "".join(
        [
            ".gclab-graph-scroll{overflow-x:auto}.gclab-graph-scroll svg{display:block;max-width:none}",
            ".gclab-graph text{font-family:Helvetica,Arial,'Liberation Sans',Arimo,sans-serif}",
            ".gclab-graph details{font-size:.85em}.gclab-graph li{overflow-wrap:anywhere}",
            *(f".gclab-graph .{name}{{{kind}:var(--gclab-{role})}}" for name, (kind, role) in marks.items()),
            _colours("", marks, dark=False),
            "@media print{.gclab-graph details{display:none}.gclab-graph-scroll svg{max-width:100%;height:auto}}",
        ]
    )


def _colours(scope: str, marks: Marks, *, dark: bool) -> str:
    used = {role: ROLES[role] for _, role in marks.values()}
    values = ";".join(f"--gclab-{role}:{colour.dark if dark else colour.light}" for role, colour in used.items())
    return f"{scope}.gclab-graph{{{values}}}"
