"""What to do where rustc does not say it: it does not know what the crates of a cell are for."""

from __future__ import annotations

import re
from typing import Final

# What to write after `use`, and for which names. Of PyO3's prelude those that stand in types and attributes.
_NAMES = {
    "pyo3_gc::prelude::*": "Bound FromPyObject IntoPyObject Py PyAny PyErr PyRef PyRefMut PyResult Python "
    "pyclass pyfunction pymethods pymodule",
    "pyo3_gc::{}": "Bag GcArc GcMutex GcRwLock PyGcIntegration",
    "pyo3::{}": "PyTraverseError PyVisit",
    "pyo3::types::{}": "PyBytes PyDict PyFrozenSet PyFunction PyIterator PyList PySet PyString PyTuple PyType",
}
HOMES: Final = {name: path.format(name) for path, names in _NAMES.items() for name in names.split()}
_UNKNOWN = re.compile(r"(?:cannot find [\w ]+|use of undeclared [\w ]+|failed to resolve: [\w ]+) `(\w+)`")
_TWO_PRELUDES = re.compile(r"`py(?:class|methods)` is ambiguous")
_CARGO_ADD = re.compile(r"use `cargo add ([\w-]+)` to add it to your `Cargo\.toml`")
_CIRCLE = re.compile(r"cycle detected when .*PyGcIntegration.*::MAY_CONTAIN_CYCLES")


def answer(message: str) -> str | None:
    """Return what stands in place of rustc's guesses: about a name that two preludes bring, or that none does."""
    if _TWO_PRELUDES.match(message):
        return "`use pyo3_gc::prelude::*;` has all of PyO3's prelude: remove that of PyO3"
    unknown = _UNKNOWN.match(message)
    home = HOMES.get(unknown[1]) if unknown else None
    return f"write `use {home};` at the top of the cell" if home else None


def circle(message: str) -> str | None:
    """Return what to write if `message` is about types that contain each other."""
    if not _CIRCLE.match(message):
        return None
    return "these types contain each other: put `#[pyo3_gc(may_contain_cycles = true)]` on one of them"


def for_a_cell(text: str) -> str:
    """Replace the advice that a project's folder needs by what does the same for a cell."""
    return _CARGO_ADD.sub(r"""write --deps '\1 = "*"' on the line of the cell""", text)
