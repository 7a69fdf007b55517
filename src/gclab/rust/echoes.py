"""Which messages of rustc only follow from another one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gclab.rust.hints import TWO_CLEARS, TWO_HOOKS
from gclab.rust.tokens import skip_group, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gclab.rust.tokens import Token

    Message = dict[str, Any]

_HOOK = re.compile(r"`__pymethod_\w*(?:traverse|clear)\w*`|multiple applicable items in scope")
_USED = re.compile(r"multiple applicable items in scope")
_TYPES = frozenset({"struct", "enum", "union"})


@dataclass(frozen=True)
class _Item:
    """An item of the cell: its lines, the words before its braces and, of a type, its name."""

    lines: range
    words: frozenset[str]
    name: str


def find_echoes(messages: list[Message], source: str, is_elsewhere: Callable[[str], bool]) -> list[bool]:
    """Tell of each message whether another one says it, or has to be answered first.

    A warning waits until there is no error. A macro that refuses a type reports that without a code; an error with a
    code in the same item, or about it by name, comes from what the macro then did not write. Where hooks are there
    twice, one message says so, and the others name what PyO3 made of them.
    """
    errors = [message for message in messages if message["level"].startswith("error")]
    refused = _refused(errors, source)
    names = "|".join(re.escape(item.name) for item in refused if item.name)
    about = re.compile(rf"`&?(?:{names})[`:<]" if names else "(?!)")
    texts = [message["message"] for message in errors]
    twice = _HOOK if any(map(TWO_HOOKS.match, texts)) else _USED if any(map(TWO_CLEARS.match, texts)) else None
    echoes, seen = [], set()
    for message in messages:
        where = places(message)
        own = [line for file, line, _ in where if not is_elsewhere(file)]
        identity = (message["level"], message["message"], *where)
        follows = any(line in item.lines for line in own for item in refused) or about.search(message["message"])
        echoes.append(
            identity in seen
            or (bool(errors) and message["level"] == "warning")
            or (bool(message["code"]) and bool(follows))
            or (twice is not None and bool(twice.search(message["message"])))
            or (message["level"] == "note" and bool(where) and not own)
        )
        seen.add(identity)
    return echoes


def places(message: Message) -> list[tuple[str, int, int]]:
    """Return file, line and column of what rustc points at."""
    spans = [span for span in message["spans"] if span["is_primary"]]
    return [(span["file_name"], span["line_start"], span["column_start"]) for span in spans]


def _refused(errors: list[Message], source: str) -> list[_Item]:
    """Return the types that a macro refused, and their blocks of methods.

    A function is not among them: what a macro in it refuses says nothing about its other lines.
    """
    lines = [line for message in errors if not message["code"] for _, line, _ in places(message)]
    items = list(_items(source, list(tokenize(source)))) if lines else []
    refused = [item for item in items if item.name and any(line in item.lines for line in lines)]
    names = {item.name for item in refused}
    return refused + [item for item in items if "impl" in item.words and item.words & names]


def _items(source: str, tokens: list[Token]) -> Iterator[_Item]:
    """Yield the items in source order. A module is not one, but each in it."""
    first = index = 0
    while index < len(tokens):
        token = tokens[index]
        after = skip_group(tokens, index) if token.kind == "open" else index + 1
        if token.text in "{;":
            words = [found.text for found in tokens[first:index]]
            if "mod" in words:
                yield from _items(source, tokens[index + 1 : after - 1])
            else:
                start, end = (1 + source.count("\n", 0, found.start) for found in (tokens[first], tokens[after - 1]))
                kind = next((place for place, word in enumerate(words) if word in _TYPES), len(words))
                yield _Item(range(start, end + 1), frozenset(words), "".join(words[kind + 1 : kind + 2]))
            first = after
        index = after
