"""The terms of ``book/glossary.md``, and the words of a text that mean them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCNAME = "book/glossary"
FENCE = re.compile(r"^```+\{glossary\}\n(.*?)^```+$", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"\.\. (also|only) as: (.+)")


@dataclass
class Entry:
    """One definition.

    Attributes:
        terms: what is defined; several are synonyms.
        also: inflections that are no plain plural, from a comment ``.. also as: a, b`` in front of the terms.
        only: what is linked instead of the terms, from a comment ``.. only as: a, b``. It is for words that are
            common in another meaning.

    """

    terms: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    only: list[str] = field(default_factory=list)

    @property
    def forms(self) -> set[str]:
        """Everything in a text that means this entry, in lower case."""
        found = self.only or [*self.terms, *map(plural, self.terms), *self.also]
        return {form.lower() for form in found}


def plural(term: str) -> str:
    """Return the plain English plural of a term."""
    if term.endswith("y") and term[-2:-1] not in "aeiou":
        return f"{term[:-1]}ies"
    return f"{term}es" if term.endswith(("s", "x", "ch", "sh")) else f"{term}s"


def parse(text: str) -> list[Entry]:
    """Read the entries of the page."""
    return [entry for fence in FENCE.finditer(text) for entry in _entries(fence.group(1))]


def _entries(text: str) -> Iterator[Entry]:
    entry = Entry()
    for line in text.splitlines():
        comment = COMMENT.match(line)
        if not line or line.startswith(":"):
            continue
        if line[0].isspace():
            if entry.terms:
                yield entry
            entry = Entry()
        elif comment:
            getattr(entry, comment[1]).extend(form.strip() for form in comment[2].split(","))
        else:
            entry.terms.append(line.strip())


class Words:
    """Finds terms in a text; where two begin at the same place, the longer one."""

    def __init__(self, entries: list[Entry]) -> None:
        self._targets = {form: entry.terms[0] for entry in entries for form in entry.forms}
        longest_first = sorted(self._targets, key=lambda form: (-len(form), form))
        words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
        self._pattern = re.compile(rf"(?<![\w.-])(?:{words})(?![\w-])", re.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        """Give each place of the text that means a term, with that term."""
        for match in self._pattern.finditer(text) if self._targets else ():
            yield match, self._targets[" ".join(match[0].lower().split())]


@lru_cache(maxsize=1)
def words(text: str) -> Words:
    """Return the terms of the glossary with this text."""
    return Words(parse(text))
