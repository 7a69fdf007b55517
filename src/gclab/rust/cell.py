"""The text of a cell and its options to a `Cell`: the Rust source that is compiled, and the module's name."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.errors import CellError
from gclab.rust.items import Item, find_items
from gclab.rust.tokens import is_balanced, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODULE_NAME = re.compile(r'name\s*=\s*"([^"]*)"')
_RESERVED = frozenset({"pyo3", "pyo3_gc"})
_EXPORTED = ("pyclass", "pyfunction")
_ADDED = "__gclab_module"  # collides with nothing


@dataclass(frozen=True)
class Options:
    """What stands on the ``%%pyo3`` line, whose options `gclab.ipython.options` declares.

    `fails` is None (must compile), ``""`` (any error) or an error code; `save` is a folder.
    """

    name: str | None = None
    deps: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    release: bool = False
    check: bool = False
    fails: str | None = None
    expand: bool = False
    save: str | None = None
    force: bool = False
    verbose: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell that is ready to compile.

    `exports` are the lines that the added module consists of; None if nothing is added, because the cell has a module
    of its own, or is text after which nothing can follow.
    """

    name: str
    text: str
    exports: tuple[str, ...] | None

    @property
    def source(self) -> str:
        """What is compiled: an empty line in place of the ``%%pyo3`` line, the text unchanged, the added module.

        So the line numbers of rustc are those that a notebook shows beside the cell.
        """
        return f"\n{self.text}{self.module(_ADDED)}"

    @property
    def lines(self) -> int:
        """How many lines of the source are the cell's."""
        return 1 + self.text.count("\n")

    def module(self, rust_name: str) -> str:
        """Write the added module, if any; its Rust name can be any, its Python name is `name`."""
        if self.exports is None:
            return ""
        argument = "" if rust_name == self.name else f'(name = "{self.name}")'
        body = "".join(f"    {line}\n" for line in self.exports)
        return f"#[::pyo3::pymodule{argument}]\nmod {rust_name} {{\n{body}}}\n"


def read_cell(text: str, name: str | None, default_name: str) -> Cell:
    """Find the module in a cell, or add one that exports what the cell marks for Python."""
    text = text if text.endswith("\n") else text + "\n"
    tokens = list(tokenize(text))
    items = list(find_items(text, tokens))
    own = [_module_name(item) for item in items if item.attribute("pymodule")]
    if own and name not in (None, own[0]):
        raise CellError(
            f"The line says %%pyo3 {name}, but the cell's #[pymodule] is called {own[0]}. Use one name for both."
        )
    chosen = _checked(own[0] if own else name or default_name)
    # Text after an open bracket or string would only give rustc a second, wrong place to point at.
    return Cell(chosen, text, None if own or not is_balanced(tokens) else tuple(_exports(items)))


def _module_name(item: Item) -> str:
    """PyO3's rule: ``name = ".."`` in ``#[pymodule(..)]`` or ``#[pyo3(..)]``, else the Rust name."""
    for attribute in item.attributes:
        if attribute.name in ("pymodule", "pyo3") and (found := _MODULE_NAME.search(attribute.arguments)):
            return found[1]
    return item.name.removeprefix("r#")


def _checked(name: str) -> str:
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
        raise CellError(f"{name!r} cannot be the name of a module. Use letters, digits and underscores.")
    if name in _RESERVED:
        raise CellError(f"{name!r} is the name of a crate that every cell uses. Choose another name.")
    return name


def _exports(items: list[Item]) -> Iterator[str]:
    for item in items:
        if mark := next(filter(None, map(item.attribute, _EXPORTED)), None):
            for condition in [*item.conditions, *([mark.condition] if mark.condition else [])]:
                yield f"#[cfg({condition})]"
            yield "#[pymodule_export]"
            yield f"use super::{item.name};"
