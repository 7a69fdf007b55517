"""What to do where rustc does not say it: it does not know what the crates of a cell are for."""

from __future__ import annotations

import re
from typing import Final

# What to write after `use`, and for which names. Of PyO3's prelude those that stand in types and attributes.
_NAMES = {
    "pyo3::prelude::*": "Bound FromPyObject IntoPyObject Py PyAny PyErr PyRef PyRefMut PyResult Python "
    "pyclass pyfunction pymethods pymodule",
    "pyo3_gc::{}": "Bag GcArc GcMutex GcRwLock PyGcIntegration",
    "pyo3::{}": "PyTraverseError PyVisit",
    "pyo3::types::{}": "PyBytes PyDict PyFrozenSet PyFunction PyIterator PyList PySet PyString PyTuple PyType",
}
HOMES: Final = {name: path.format(name) for path, names in _NAMES.items() for name in names.split()}
_UNKNOWN = re.compile(r"(?:cannot find [\w ]+|use of undeclared [\w ]+|failed to resolve: [\w ]+) `(\w+)`")
_TWO_PRELUDES = re.compile(r"`py(?:class|methods)` is ambiguous")
TWO_HOOKS: Final = re.compile(r"conflicting implementations of trait `pyo3::[\w:]*PyClassTraverse<")
TWO_CLEARS: Final = re.compile(r"duplicate definitions with name `__pymethod___clear____`")
_TWO_DERIVES = re.compile(r"conflicting implementations of trait `(?:\w+::)*PyGcIntegration` for type")
_CLONE = re.compile(r"(?:no method named `clone` found for|the method `clone` exists for) struct `(?:\w+::)*GcArc<")
_CARGO_ADD = re.compile(r"use `cargo add ([\w-]+)` to add it to your `Cargo\.toml`")
_CIRCLE = re.compile(r"cycle detected when .*PyGcIntegration.*::MAY_CONTAIN_CYCLES")


def answer(message: str) -> str | None:
    """Return what stands in place of rustc's guesses: about a name that two preludes bring, or that none does."""
    if _TWO_PRELUDES.match(message):
        return "`use pyo3_gc::prelude::*;` has all of PyO3's prelude: remove that of PyO3"
    unknown = _UNKNOWN.match(message)
    home = HOMES.get(unknown[1]) if unknown else None
    if home == "pyo3::prelude::*":
        return f"write `use {home};` at the top of the cell, or `use pyo3_gc::prelude::*;` to let classes report"
    return f"write `use {home};` at the top of the cell" if home else None


def advice(message: str) -> str | None:
    """Return what to do about types that contain each other, what is there twice, and a `GcArc`."""
    if _CIRCLE.match(message):
        return "these types contain each other: put `#[pyo3_gc(may_contain_cycles = true)]` on one of them"
    if TWO_HOOKS.match(message) or TWO_CLEARS.match(message):
        return "remove `__traverse__` and `__clear__`; or keep them, and write `#[pyo3_gc::pyclass(derive_gc = false)]`"
    if _TWO_DERIVES.match(message):
        return "`#[pyo3_gc::pyclass]` derives it: remove the other, or write `derive_gc = false` and the hooks by hand"
    if _CLONE.match(message):
        return "write `.clone_ref(py)`: the copy is one more reference to a Python object"
    return None


def for_a_cell(text: str) -> str:
    """Replace the advice that a project's folder needs by what does the same for a cell."""
    return _CARGO_ADD.sub(r"""write --deps '\1 = "*"' on the line of the cell""", text)
