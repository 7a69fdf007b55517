"""The items at the top level of a Rust file, with their attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.rust.tokens import skip_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gclab.rust.tokens import Token

_KINDS = frozenset({"struct", "enum", "union", "fn", "mod", "trait", "type", "const", "static"})
_BEFORE_FN = frozenset({"const", "async", "unsafe", "extern"})


@dataclass(frozen=True)
class Attribute:
    """``#[path::name(arguments)]``; `condition` is the predicate of a ``cfg_attr`` round it, else empty."""

    name: str
    arguments: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Item:
    """``struct Node``, ``fn double``, ``mod tests`` with the attributes written before it."""

    kind: str
    name: str
    attributes: tuple[Attribute, ...]

    def attribute(self, name: str) -> Attribute | None:
        """Return the first attribute of that name, whatever path it was reached by."""
        return next((found for found in self.attributes if found.name == name), None)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The predicates of the item's own ``#[cfg(..)]``."""
        return tuple(found.arguments for found in self.attributes if found.name == "cfg")


def find_items(source: str, tokens: list[Token]) -> Iterator[Item]:
    """Yield the items outside any bracket, in source order."""
    index = 0
    attributes: list[Attribute] = []
    while index < len(tokens):
        if tokens[index].text == "#":
            inner = tokens[index + 1 : index + 2]
            start = index + 2 if inner and inner[0].text == "!" else index + 1
            end = skip_group(tokens, start)
            if start == index + 1:
                attributes += _parse_attribute(source, tokens[start + 1 : end - 1])
            index = max(end, index + 1)
            continue
        end = _end_of_item(tokens, index)
        header = _header(tokens, index, end)
        if header is not None:
            yield Item(*header, tuple(attributes))
        attributes = []
        index = end


def _end_of_item(tokens: list[Token], index: int) -> int:
    """Return the index after an item, which ends at its first ``;`` or ``{..}`` outside other brackets."""
    while index < len(tokens):
        token = tokens[index]
        index = skip_group(tokens, index) if token.kind == "open" else index + 1
        if token.text in (";", "{"):
            break
    return index


def _header(tokens: list[Token], index: int, end: int) -> tuple[str, str] | None:
    """Read the kind and the name of the item in ``tokens[index:end]``."""
    while index < end - 1:
        token, after = tokens[index], tokens[index + 1]
        if token.kind == "open":
            index = skip_group(tokens, index)
            continue
        modifier = token.text in _BEFORE_FN and (after.text in {*_BEFORE_FN, "fn"} or after.kind == "literal")
        if token.text in _KINDS and not modifier:
            return (token.text, after.text) if after.kind == "ident" else None
        index += 1
    return None


def _parse_attribute(source: str, tokens: list[Token], condition: str = "") -> Iterator[Attribute]:
    """Yield the attribute in `tokens`, or those that a ``cfg_attr`` holds."""
    name = _last_of_path(tokens)
    opening = next((index for index, token in enumerate(tokens) if token.kind == "open"), len(tokens))
    inner = tokens[opening + 1 : -1]
    if name == "cfg_attr":
        predicate, *parts = _split_at_commas(inner)
        text = _slice(source, predicate)
        both = f"all({condition}, {text})" if condition else text
        for part in parts:
            yield from _parse_attribute(source, part, both)
    elif name:
        yield Attribute(name, _slice(source, inner), condition)


def _last_of_path(tokens: list[Token]) -> str:
    """``pyo3_gc::pyclass(frozen)`` gives ``pyclass``."""
    name = ""
    for token in tokens:
        if token.kind == "ident":
            name = token.text
        elif token.text != ":":
            break
    return name


def _split_at_commas(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part] or [[]]


def _slice(source: str, tokens: list[Token]) -> str:
    return source[tokens[0].start : tokens[-1].end] if tokens else ""
