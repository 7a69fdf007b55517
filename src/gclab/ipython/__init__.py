"""The door for IPython and Jupyter: ``%%pyo3`` and ``%pyo3``. It parses lines, calls, and shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gclab.ipython.magics import RustMagics
from gclab.ipython.options import options_table

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load_ipython_extension", "options_table", "unload_ipython_extension"]


def load_ipython_extension(ip: InteractiveShell) -> None:
    """Add ``%%pyo3`` and ``%pyo3`` to a shell: what ``%load_ext gclab`` calls."""
    ip.register_magics(RustMagics(ip))


def unload_ipython_extension(ip: InteractiveShell) -> None:
    """Remove both from a shell: what ``%unload_ext gclab`` calls."""
    for kind in ("cell", "line"):
        ip.magics_manager.magics[kind].pop("pyo3", None)
    ip.magics_manager.registry.pop(RustMagics.__name__, None)
