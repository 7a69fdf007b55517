"""Rust source text to tokens: just enough to tell code from comments, strings and nested blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERN = re.compile(
    r"""
    (?P<space>\s+ | //[^\n]*)
  | (?P<comment>/\*)
  | (?P<raw>(?:br|cr|r)(?P<hashes>\#*)")
  | (?P<string>[bc]?"(?:\\.|[^"\\])*")
  | (?P<char>b?'(?:\\.[^']*|[^'\\\n])')
  | (?P<broken>[bc]?")
  | (?P<lifetime>'\w+)
  | (?P<ident>r\#[^\W\d]\w* | [^\W\d]\w*)
  | (?P<number>\d\w*)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<punct>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Token:
    """A piece of Rust code; ``text`` is ``source[start:end]``.

    ``kind`` is one of ident, punct, open, close, literal (strings, characters, numbers), lifetime, broken
    (a string or a comment without an end). White space and comments give no token.
    """

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> Iterator[Token]:
    """Yield the tokens of `source`. Never fails: what rustc would refuse comes out as ``broken`` or punctuation."""
    position = 0
    while match := _PATTERN.match(source, position):
        kind, end = str(match.lastgroup), match.end()
        if kind == "raw":
            kind, end = "literal", _end_of(source, f'"{match["hashes"]}', end)
        elif kind == "comment":
            kind, end = "space", _end_of_comment(source, end)
        elif kind in ("string", "char", "number"):
            kind = "literal"
        if end < 0 or kind == "broken":
            kind, end = "broken", len(source)
        if kind != "space":
            yield Token(kind, source[position:end], position, end)
        position = end


def is_balanced(tokens: list[Token]) -> bool:
    """Tell whether every bracket, string and comment ends, so that more text may follow."""
    expected: list[str] = []
    for token in tokens:
        if token.kind == "broken":
            return False
        if token.kind == "open":
            expected.append(_CLOSES[token.text])
        elif token.kind == "close" and (not expected or expected.pop() != token.text):
            return False
    return not expected


def skip_group(tokens: list[Token], index: int) -> int:
    """Return the index after the bracket that closes the one at `index` (the end, if it is never closed)."""
    depth = 0
    for here in range(index, len(tokens)):
        depth += {"open": 1, "close": -1}.get(tokens[here].kind, 0)
        if depth == 0:
            return here + 1
    return len(tokens)


def _end_of(source: str, mark: str, start: int) -> int:
    found = source.find(mark, start)
    return found if found < 0 else found + len(mark)


def _end_of_comment(source: str, start: int) -> int:
    """Block comments nest in Rust."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(source, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return -1
