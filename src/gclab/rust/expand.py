"""What the macros of pyo3-gc wrote for a cell, as code to read.

The macros append it to a file beside the crate's manifest, if there is one: see ``introspect.rs`` in pyo3-gc-macros.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gclab.rust.rustfmt import format_code
from gclab.rust.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILE = "pyo3-gc-expansions"
_ATTRIBUTE = "#[pyo3_gc::pyclass]"
_KINDS = frozenset({"struct", "enum", "union"})
# What rustc prints round a piece that came from a macro of the cell as one token.
_GROUP_MARKS = re.compile(r"/\*[«»]\*/ ?")
_HANDED_ON = re.compile(r"^(?=#\[[\w:]*::(pyclass|pymethods)\b)", re.MULTILINE)
_DOC = re.compile(r'^( *)#\[doc = "([^"\\]*)"\]$', re.MULTILINE)
_NOTHING = "// No macro of pyo3-gc wrote anything for this cell.\n"


@dataclass(frozen=True)
class Expansion:
    """The code that one attribute wrote for one item."""

    attribute: str
    item: str
    code: str


def ask(folder: Path) -> None:
    """Make the macros record what they write for the crate in this folder."""
    (folder / _FILE).write_bytes(b"")


def read(folder: Path) -> tuple[Expansion, ...]:
    """Return what they recorded, in the order of the compiler: as far as they ran."""
    records = (folder / _FILE).read_text(encoding="utf-8").split("\0")[:-1]
    return tuple(_expansion(record) for record in records)


def show(expansions: tuple[Expansion, ...], source: str, folder: Path) -> str:
    """Return Rust code in the order of `source`: for each item a comment, and what was written for it.

    `folder` is where formatted code is kept.
    """
    placed = sorted(_placed(expansions, source), key=lambda found: found[0])
    with_attribute = {(line, found.item) for line, found in placed if found.attribute == _ATTRIBUTE}
    blocks = []
    for line, found in placed:
        where = f"line {line}" if line < math.inf else "which a macro of the cell makes"
        added = found.attribute != _ATTRIBUTE and (line, found.item) in with_attribute
        why = ": the attribute above adds it" if added else ""
        blocks.append((f"{found.attribute} on `{found.item}`, {where}{why}", _GROUP_MARKS.sub("", found.code)))
    if not blocks:
        return _NOTHING
    code = format_code(blocks, folder)
    code = _DOC.sub(r"\1///\2", code)
    return _HANDED_ON.sub(r"// Here PyO3's own #[\1] takes over.\n", code)


def _expansion(record: str) -> Expansion:
    head, _, code = record.partition("\n")
    attribute, _, item = head.rpartition(" ")
    return Expansion(attribute, item, code)


def _placed(expansions: tuple[Expansion, ...], source: str) -> Iterator[tuple[float, Expansion]]:
    """Yield each with the line of its item. Of items of one name the compiler takes the first first.

    An item that a macro of the cell makes has no line there, and comes last.
    """
    tokens = list(tokenize(source))
    lines: dict[str, list[int]] = {}
    for token, name in pairwise(tokens):
        if token.text in _KINDS and name.kind == "ident":
            lines.setdefault(name.text, []).append(1 + source.count("\n", 0, token.start))
    seen: Counter[tuple[str, str]] = Counter()
    for found in expansions:
        places = lines.get(found.item, [])
        number = seen[found.attribute, found.item]
        seen[found.attribute, found.item] += 1
        yield (places[number] if number < len(places) else math.inf), found
