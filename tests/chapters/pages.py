"""A page of the book as a value: front matter, headings, cells with their options, fences, directives, paragraphs."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = re.compile(r"notebooks/(\d\d)-[\w-]+")
HEADING = re.compile(r"(#{1,6}) +(.*?)\s*#*$")
FENCE = re.compile(r" *(`{3,}|~{3,}|:{3,})(?:\{([\w:-]+)\}|([\w+-]*)) *(.*)$")
OPTION = re.compile(r":([\w-]+): *(.*)$")
WITHOUT_SOURCE = {"genindex", "search"}  # Sphinx writes them
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """One piece of a page. `solves` is the label of the exercise in whose solution it stands."""

    kind: str  # heading, paragraph, fence, directive or cell
    line: int
    text: str
    name: str = ""  # the directive, or the language of the fence
    level: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    argument: str = ""
    section: str = ""  # the heading of level 2 above it
    solves: str | None = None

    @property
    def is_rust(self) -> bool:
        """Whether it is a cell of Rust."""
        return self.kind == "cell" and self.text.startswith("%%pyo3")

    @property
    def is_python(self) -> bool:
        """Whether it is a cell of Python, perhaps with magics of one line."""
        return self.kind == "cell" and not self.text.startswith("%%")

    @property
    def tags(self) -> list[str]:
        """The tags of a cell."""
        return list(self.options.get("tags", []))

    @property
    def caption(self) -> str:
        """The caption that a cell gives its picture."""
        return str(((self.options.get("mystnb") or {}).get("figure") or {}).get("caption") or "")

    @property
    def statements(self) -> list[ast.stmt]:
        """The statements of a cell of Python; a magic counts as none."""
        if not self.is_python:
            return []
        try:
            return ast.parse(MAGIC.sub(r"\1pass", self.text)).body
        except SyntaxError:  # a page may show one; the cell then says that it fails
            return []

    @property
    def asserts(self) -> int:
        """How many asserts stand in a cell of Python."""
        return sum(isinstance(node, ast.Assert) for one in self.statements for node in ast.walk(one))


@dataclass(frozen=True)
class Page:
    """A page with its name in the table of contents."""

    name: str
    meta: dict[str, Any]
    parts: list[Part]

    @property
    def number(self) -> int | None:
        """The number of the chapter; None for another page."""
        found = CHAPTER.fullmatch(self.name)
        return int(found[1]) if found else None

    @property
    def cells(self) -> list[Part]:
        """All code cells, in the order in which they run."""
        return [part for part in self.parts if part.kind == "cell"]

    @property
    def sections(self) -> list[Part]:
        """The headings of level 2."""
        return [part for part in self.parts if part.kind == "heading" and part.level == 2]

    def says(self, part: Part | None, what: str) -> str:
        """Write a finding: page, place, what to do."""
        return f"{self.name}.md{f':{part.line}' if part else ''}: {what}"


def table_of_contents() -> list[str]:
    """Name the pages that have a source, in the order of the table of contents; the index has none."""
    names = listed((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [name for name in names if name not in WITHOUT_SOURCE]


def notebooks() -> list[str]:
    """Name the pages whose cells run."""
    return [name for name in table_of_contents() if "kernelspec" in read(name).meta]


def listed(text: str) -> list[str]:
    """Name what a table of contents lists, in its order."""
    toc = yaml.safe_load(text)
    return [toc["root"], *_files(toc.get("parts", [])), *_files(toc.get("chapters", []))]


def _files(entries: list[dict[str, Any]]) -> list[str]:
    found = []
    for entry in entries:
        found += [entry["file"]] if "file" in entry else []
        found += _files(entry.get("chapters", [])) + _files(entry.get("sections", []))
    return found


def read(name: str) -> Page:
    """Read a page of the book."""
    return parse(name, (ROOT / f"{name}.md").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Page:
    """Take the text of a page apart."""
    lines = text.splitlines()
    meta: dict[str, Any] = {}
    start = 0
    if lines and lines[0] == "---":
        start = lines.index("---", 1) + 1
        meta = yaml.safe_load("\n".join(lines[1 : start - 1])) or {}
    return Page(name, meta, _placed(_parts(lines[start:], start + 1)))


def _parts(lines: list[str], first: int) -> list[Part]:
    """Split lines into parts; `first` is the number of the first line."""
    parts: list[Part] = []
    paragraph: list[str] = []

    def finish(end: int) -> None:
        if paragraph:
            parts.append(Part("paragraph", first + end - len(paragraph), "\n".join(paragraph)))
            paragraph.clear()

    place = 0
    while place < len(lines):
        line = lines[place]
        opening, heading = FENCE.match(line), HEADING.match(line)
        if opening and "`" not in opening[4]:
            finish(place)
            end = _closing(lines, place, opening[1])
            parts += _fence(opening, lines[place + 1 : end], first + place)
            place = end
        elif heading:
            finish(place)
            parts.append(Part("heading", first + place, heading[2], level=len(heading[1])))
        elif line.strip():
            paragraph.append(line)
        else:
            finish(place)
        place += 1
    finish(place)
    return parts


def _closing(lines: list[str], place: int, marks: str) -> int:
    closing = re.compile(rf" *{marks[0]}{{{len(marks)},}}\s*$")
    return next((at for at in range(place + 1, len(lines)) if closing.match(lines[at])), len(lines))


def _fence(opening: re.Match[str], body: list[str], line: int) -> list[Part]:
    directive, language, argument = opening[2], opening[3], opening[4]
    if directive is None:
        return [Part("fence", line, "\n".join(body), name=language)]
    options, used = _options(body)
    rest = body[used:]
    if directive == "code-cell":
        while rest and not rest[0].strip():
            rest, used = rest[1:], used + 1
        return [Part("cell", line, "\n".join(rest), name=argument, options=options)]
    own = Part("directive", line, "\n".join(rest), name=directive, options=options, argument=argument)
    code = directive in {"code", "code-block", "literalinclude", "raw", "mermaid", "math"}
    return [own, *([] if code else _parts(rest, line + 1 + used))]


def _options(body: list[str]) -> tuple[dict[str, Any], int]:
    """Read the options at the top of a directive, in either form; say how many lines they take."""
    if body and body[0] == "---":
        end = body.index("---", 1)
        return yaml.safe_load("\n".join(body[1:end])) or {}, end + 1
    found: dict[str, Any] = {}
    for number, line in enumerate(body):
        option = OPTION.match(line)
        if option is None:
            return found, number
        found[option[1]] = yaml.safe_load(option[2])
    return found, len(body)


def _placed(parts: list[Part]) -> list[Part]:
    """Tell each part in which section and in which solution it stands."""
    found: list[Part] = []
    section, solves = "", None
    for part in parts:
        if part.kind == "heading" and part.level <= 2:
            section = part.text if part.level == 2 else ""
        if part.name == "solution-start":
            solves = part.argument
        found.append(Part(**{**vars(part), "section": section, "solves": solves}))
        if part.name == "solution-end":
            solves = None
    return found
