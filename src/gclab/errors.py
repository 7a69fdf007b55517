"""Everything that gclab raises on purpose.

.. code-block:: text

    GclabError
    ├── CellError       the %%pyo3 line or cell cannot be understood
    ├── MachineError    something is missing or broken on this machine: cargo, a linker, disk space, a crate
    ├── BuildError      the build failed for another reason; holds cargo's own words
    │   └── CompileError    rustc refused the cell; holds its diagnostics
    ├── GraphError      a graph cannot be drawn
    ├── FactoryError    the factory given to `probe` does not do what a factory must do
    └── IsolatedError   code cannot be sent to a child interpreter, or did not end well there (`check`)

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
    "IsolatedError",
    "MachineError",
]


class GclabError(Exception):
    """The root of gclab's own exceptions."""


class _TextOnlyError(GclabError):
    """Shown by IPython as its message, without gclab's own stack, which says nothing to the reader."""

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[31m{type(self).__name__}\x1b[0m: {self}"]


class CellError(_TextOnlyError):
    """The ``%%pyo3`` line or the cell cannot be understood, or does not do what the line says."""


class MachineError(_TextOnlyError):
    """Something is missing or broken on this machine: cargo, a linker, disk space, a crate."""


class BuildError(_TextOnlyError):
    """The build failed; the message holds the words of cargo or rustc, without colour."""


class CompileError(BuildError):
    """rustc refused the cell.

    Args:
        text: rustc's diagnostics, without colour.
        rendered: the same in colour: all that IPython shows.
        codes: the error codes in it, such as ``("E0277",)``, in the order of the diagnostics.
        expansion: what the macros had written until then, if the line says ``--expand``.

    """

    def __init__(self, text: str, rendered: str, codes: tuple[str, ...], expansion: str = "") -> None:
        # All of them are `args`: a copy is made from these, also one that another process unpickles.
        super().__init__(text, rendered, codes, expansion)
        self.rendered = rendered
        self.codes = codes
        self.expansion = expansion

    def __str__(self) -> str:
        return str(self.args[0])

    def _render_traceback_(self) -> list[str]:
        return self.rendered.rstrip("\n").split("\n")


class InterruptedBuild(KeyboardInterrupt):
    """Ctrl-C, or the button of a notebook, ended a build; cargo and all that it started have ended."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the build of {name} was interrupted; nothing has changed")

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[31mKeyboardInterrupt\x1b[0m: {self}"]


class GraphError(_TextOnlyError):
    """A graph cannot be drawn or saved."""


class FactoryError(_TextOnlyError):
    """The factory given to `gclab.probe` does not do what a factory must do."""


class IsolatedError(_TextOnlyError):
    """Code cannot be sent to a child interpreter; or, from `IsolatedResult.check`, did not end well there."""
