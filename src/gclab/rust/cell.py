"""The text of a cell and its options to a `Cell`: the Rust source that is compiled, and the module's name."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

from gclab.errors import CellError
from gclab.rust.items import Item, find_items
from gclab.rust.tokens import is_balanced, tokenize

_MODULE_NAME = re.compile(r'name\s*=\s*"([^"]*)"')
_RESERVED = frozenset({"pyo3", "pyo3_gc"})
_EXPORTED = ("pyclass", "pyfunction")


@dataclass(frozen=True)
class Options:
    """What stands on the ``%%pyo3`` line. `fails` is None (must compile), ``""`` (any error) or an error code."""

    name: str | None = None
    deps: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    release: bool = False
    fails: str | None = None
    force: bool = False
    verbose: bool = False
    expand: bool = False


@dataclass(frozen=True)
class Cell:
    """A Rust library that is ready to compile.

    `source` is an empty line in place of the ``%%pyo3`` line, then the cell's text, unchanged: so the line numbers of
    rustc are those that a notebook shows beside the cell. After these `lines` lines comes the module that gclab adds,
    if any.
    """

    name: str
    source: str
    lines: int


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
    added = "" if own or not is_balanced(tokens) else _module_for(chosen, items)
    return Cell(chosen, f"\n{text}{added}", 1 + text.count("\n"))


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


def _module_for(name: str, items: list[Item]) -> str:
    """Write the module on one line; its Rust name collides with nothing, its Python name is `name`."""
    exports = " ".join(_export(item) for item in items if any(map(item.attribute, _EXPORTED)))
    return f'#[::pyo3::pymodule(name = "{name}")] mod __gclab_module {{ {exports} }}\n'


def _export(item: Item) -> str:
    mark = next(found for found in map(item.attribute, _EXPORTED) if found)
    conditions = [*item.conditions, *([mark.condition] if mark.condition else [])]
    cfg = "".join(f"#[cfg({condition})] " for condition in conditions)
    return f"{cfg}#[pymodule_export] use super::{item.name};"
