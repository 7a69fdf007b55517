"""The magics ``%%pyo3`` and ``%pyo3``."""

from __future__ import annotations

# ruff: noqa: T201 - a door prints
import time
from typing import TYPE_CHECKING, Any

from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

from gclab.code import bundle
from gclab.errors import CompileError, InterruptedBuild
from gclab.ipython.options import CELL_PARSER, LINE_PARSER, read_clean, read_options
from gclab.ipython.progress import Progress
from gclab.rust import loader
from gclab.rust.build import build
from gclab.rust.diagnostics import show

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from gclab.rust.build import Outcome
    from gclab.rust.cell import Options

_IN_MODULE = (
    " Inside a #[pymodule] of your own PyO3 finds `#[pyclass]`, but not `#[pyo3_gc::pyclass]`: "
    "write `use pyo3_gc::prelude::*;` there."
)


@magics_class
class RustMagics(Magics):
    """Holds both magics, and the numbers of the cells that have no name."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._numbers: dict[str, int] = {}

    @no_var_expand
    @cell_magic("pyo3")  # type: ignore[arg-type] # its type is that of use without a name
    def build_cell(self, line: str, cell: str) -> None:
        """Build a cell; IPython shows the help of the parser instead of this."""
        started = time.perf_counter()
        options = read_options(line)
        try:
            with Progress(in_notebook=_shows_displays(self._shell)) as progress:
                outcome = build(cell, options, self._default_name(cell), progress)
        except CompileError as error:
            _show_code(error.expansion)
            if options.name in self._shell.user_ns and options.name in loader.names():
                print(f"{options.name} is still the module of the build before.")
            raise
        except KeyboardInterrupt:
            raise InterruptedBuild(self._default_name(cell) if options.name is None else options.name) from None
        if options.verbose:
            print(*outcome.log, f"{time.perf_counter() - started:.2f} s", sep="\n")
        if outcome.diagnostics:
            print(show(outcome.diagnostics, whole=options.verbose), end="")
        _show_code(outcome.expansion)
        if outcome.module is not None:
            self._shell.push({outcome.name: outcome.module})  # type: ignore[no-untyped-call]
        for note in _notes(cell, outcome, options):
            print(note)

    @no_var_expand
    @line_magic("pyo3")  # type: ignore[arg-type] # as above
    def list_builds(self, line: str) -> None:
        """List builds or remove them; IPython shows the help of the parser instead of this."""
        from gclab.ipython.listing import listing, removal  # noqa: PLC0415 - most notebooks never ask
        from gclab.rust.inventory import clean_cache, take_inventory  # noqa: PLC0415

        name = read_clean(line)
        if name is None:
            print(listing(*take_inventory()))
        else:
            print(removal(clean_cache(name or None), name))

    def _default_name(self, cell: str) -> str:
        """Give a cell the number it had before: known by its id in the notebook, else by its text."""
        parent: dict[str, Any] = getattr(self._shell, "get_parent", dict)()
        identity = parent.get("metadata", {}).get("cellId") or cell
        return f"cell_{self._numbers.setdefault(identity, len(self._numbers) + 1)}"


RustMagics.build_cell.__doc__ = CELL_PARSER.format_help()  # type: ignore[assignment] # as above
RustMagics.list_builds.__doc__ = LINE_PARSER.format_help()  # type: ignore[assignment] # as above


def _show_code(code: str) -> None:
    if code:
        display(bundle(code), raw=True)  # type: ignore[no-untyped-call]


def _notes(cell: str, outcome: Outcome, options: Options) -> list[str]:
    """Say what a user would otherwise wonder about: a name that nobody chose, a module without content, a folder."""
    notes = []
    if outcome.module is not None:
        if options.name is None and outcome.name.startswith("cell_"):
            notes.append(f"This module is called {outcome.name}; %%pyo3 NAME gives it another name.")
        if not any(not name.startswith("__") for name in vars(outcome.module)):
            notes.append(
                f"Nothing is exported by {outcome.name}: mark a class with #[pyclass] or a function with "
                "#[pyfunction]." + (_IN_MODULE if "pymodule" in cell else "")
            )
    if options.save is not None:
        notes.append(f"Saved as a crate in {options.save}: run `maturin develop` there.")
    return notes


def _shows_displays(shell: InteractiveShell) -> bool:
    """Tell whether a notebook shows displays now; ``%%capture`` keeps them, and there removing one writes text."""
    return hasattr(shell, "kernel") and not isinstance(shell.display_pub, CapturingDisplayPublisher)
