"""Everything that gclab raises on purpose.

.. code-block:: text

    GclabError
    ├── CellError       the %%pyo3 line or cell cannot be understood
    ├── MachineError    something is missing or broken on this machine: cargo, a linker, disk space, a crate
    ├── BuildError      the build failed for another reason; holds cargo's own words
    │   └── CompileError    rustc refused the cell; holds its diagnostics
    ├── GraphError      a graph cannot be drawn
    └── FactoryError    the factory given to `probe` does not do what a factory must do

Each message says what is wrong, why, and what to do.
"""

from __future__ import annotations

__all__ = [
    "BuildError",
    "CellError",
    "CompileError",
    "FactoryError",
    "GclabError",
    "GraphError",
    "MachineError",
]


class GclabError(Exception):
    """The root of gclab's own exceptions."""
