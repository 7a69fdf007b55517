"""The door for IPython and Jupyter: the cell magic ``%%pyo3``. It parses the line, builds, and shows."""

from __future__ import annotations

# ruff: noqa: T201 - a door prints
import argparse
import difflib
import re
import shlex
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import MagicArgumentParser
from IPython.display import clear_output, display

from gclab.code import bundle
from gclab.errors import CellError, CompileError
from gclab.rust.build import build
from gclab.rust.cell import Options
from gclab.rust.diagnostics import show

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from typing_extensions import Self

    from gclab.rust.build import Outcome
    from gclab.rust.cargo import Step

__all__ = ["load_ipython_extension", "unload_ipython_extension"]

_DESCRIPTION = """\
Compile a cell of Rust and import it as a Python module.

The cell is the lib.rs of a crate that has pyo3 and pyo3-gc. Without a #[pymodule] of its own it exports each
#[pyclass] and #[pyfunction] at its top level. The module is bound to its name. An unchanged cell is not built
again. A changed one becomes a new module; objects of the old one keep their class, and their repr shows it.
"""
_CODE = re.compile(r"E\d{4}")
_SILENT = 1.0  # seconds before progress is shown


def load_ipython_extension(ip: InteractiveShell) -> None:
    """Add ``%%pyo3`` to a shell: what ``%load_ext gclab`` calls."""
    ip.register_magics(RustMagics(ip))


def unload_ipython_extension(ip: InteractiveShell) -> None:
    """Remove ``%%pyo3`` from a shell: what ``%unload_ext gclab`` calls."""
    ip.magics_manager.magics["cell"].pop("pyo3", None)
    ip.magics_manager.registry.pop(RustMagics.__name__, None)


def _argument_parser() -> argparse.ArgumentParser:
    """Declare the options; the help of ``%%pyo3?`` is made from this."""
    parser: argparse.ArgumentParser = MagicArgumentParser(  # type: ignore[no-untyped-call]
        prog="%%pyo3",
        add_help=False,
        description=_DESCRIPTION,
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=100),
    )
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="name of the module (default: that of #[pymodule], else cell_N)")
    add("--deps", action="append", default=[], metavar="TOML", help="a dependency, such as 'serde = \"1\"'; repeatable")
    add("--features", default="", metavar="A,B", help="features of the crate pyo3-gc to turn on")
    add("--release", action="store_true", help="optimise: the build takes longer, the code runs faster")
    add("--fails", nargs="?", const="", metavar="CODE", help="the cell must not compile (with this error code)")
    add("--expand", action="store_true", help="show the code that the macros of pyo3-gc write")
    add("--force", action="store_true", help="build again even if nothing has changed")
    add("--verbose", action="store_true", help="show what was done, why, and how long it took")
    parser.color = False  # type: ignore[attr-defined,unused-ignore] # new in Python 3.14, ignored before
    return parser


_PARSER = _argument_parser()


@magics_class
class RustMagics(Magics):
    """Holds ``%%pyo3`` and the numbers of the cells that have no name."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._numbers: dict[str, int] = {}

    @no_var_expand
    @cell_magic
    def pyo3(self, line: str, cell: str) -> None:
        started = time.perf_counter()
        options = _options(line)
        try:
            with _Progress(in_notebook=hasattr(self._shell, "kernel")) as progress:
                outcome = build(cell, options, self._default_name(cell), progress)
        except CompileError as error:
            _show_code(error.expansion)
            raise
        if options.verbose:
            print(*outcome.log, f"{time.perf_counter() - started:.2f} s", sep="\n")
        if outcome.diagnostics:
            print(show(outcome.diagnostics, whole=options.verbose), end="")
        _show_code(outcome.expansion)
        if outcome.module is not None:
            self._shell.push({outcome.name: outcome.module})  # type: ignore[no-untyped-call]
            for note in _notes(outcome, options):
                print(note)

    def _default_name(self, cell: str) -> str:
        """Give a cell the number it had before: known by its id in the notebook, else by its text."""
        parent: dict[str, Any] = getattr(self._shell, "get_parent", dict)()
        identity = parent.get("metadata", {}).get("cellId") or cell
        return f"cell_{self._numbers.setdefault(identity, len(self._numbers) + 1)}"


RustMagics.pyo3.__doc__ = _PARSER.format_help()


def _options(line: str) -> Options:
    """Parse the line as a shell would: quotes keep a TOML line together."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CellError(f"The %%pyo3 line cannot be read: {error}.") from None
    try:
        given = _PARSER.parse_args(words)
    except UsageError as error:
        raise UsageError(f"{error}{_hint(words)}") from None
    if given.fails and not _CODE.fullmatch(given.fails):
        if given.name is not None:
            raise CellError(f"--fails takes an error code such as E0277, not {given.fails!r}.")
        given.name, given.fails = given.fails, ""
    features = tuple(name.strip() for name in given.features.split(",") if name.strip())
    deps, switches = tuple(given.deps), (given.force, given.verbose, given.expand)
    return Options(given.name, deps, features, given.release, given.fails, *switches)


def _show_code(code: str) -> None:
    if code:
        display(bundle(code), raw=True)  # type: ignore[no-untyped-call]


def _notes(outcome: Outcome, options: Options) -> list[str]:
    """Say what a user would otherwise wonder about: a module without content, or of a name that nobody chose."""
    notes = []
    if options.name is None and outcome.name.startswith("cell_"):
        notes.append(f"This module is called {outcome.name}; %%pyo3 NAME gives it another name.")
    if not any(not name.startswith("__") for name in vars(outcome.module)):
        notes.append(
            f"Nothing is exported by {outcome.name}: mark a class with #[pyclass] or a function with #[pyfunction]. "
            "Inside a #[pymodule] of your own PyO3 finds `#[pyclass]`, but not `#[pyo3_gc::pyclass]`: "
            "write `use pyo3_gc::prelude::*;` there."
        )
    return notes


def _hint(words: list[str]) -> str:
    """Guess what was meant by a line that has no such option."""
    known = [option for action in _PARSER._actions for option in action.option_strings]  # noqa: SLF001
    for word in words:
        close = difflib.get_close_matches(word, known, 1)
        if word.startswith("-") and word not in known and close:
            return f"; did you mean {close[0]}?"
    if "--deps" in words and "=" in words:
        return "; put quotes round a dependency: --deps 'smallvec = \"1\"'"
    return "; %%pyo3? lists the options"


class _Progress:
    """One line that says how far a long build is. Nothing of it is left at the end."""

    def __init__(self, *, in_notebook: bool) -> None:
        self._in_notebook = in_notebook
        self._started = time.monotonic()
        self._shown = ""
        self._step: Step | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, step: Step) -> None:
        """Take a step; one without content only lets time pass."""
        if step.total or step.waiting:
            self._step = step
        elapsed = time.monotonic() - self._started
        if self._step is not None and elapsed >= _SILENT:
            self._show(f"{_words(self._step)} ({elapsed:.0f} s)")

    def __exit__(self, *exception: object) -> None:
        if not self._shown:
            return
        if self._in_notebook:
            clear_output()  # type: ignore[no-untyped-call]
        else:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _show(self, text: str) -> None:
        if text == self._shown or not (self._in_notebook or sys.stderr.isatty()):
            return
        self._shown = text
        if self._in_notebook:
            clear_output(wait=True)  # type: ignore[no-untyped-call]
            display({"text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
        else:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _words(step: Step) -> str:
    if step.waiting:
        return "Waiting for another build to finish"
    return f"Compiling {step.crate or 'the cell'}: {step.done} of {step.total}"
