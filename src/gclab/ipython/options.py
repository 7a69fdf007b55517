"""The options of ``%%pyo3`` and ``%pyo3``: here, and only here, they are declared.

The help, the hints for a wrong line and the table in the book are made from the two parsers.
"""

from __future__ import annotations

import argparse
import difflib
import re
import shlex
from functools import partial

from IPython.core.error import UsageError
from IPython.core.magic_arguments import MagicArgumentParser

from gclab.errors import CellError
from gclab.rust.cell import Options

_CELL = """\
Compile a cell of Rust and import it as a Python module.

The cell is the lib.rs of a crate that has pyo3 and pyo3-gc. Without a #[pymodule] of its own it exports each
#[pyclass] and #[pyfunction] at its top level. The module is bound to its name. An unchanged cell is not built
again. A changed one becomes a new module; objects of the old one keep their class, and their repr shows it.
"""
_LINE = """\
List the modules that this process has loaded, and what the cache of builds holds.

The cache is the folder that the variable GCLAB_CACHE names, else one in the user's cache folder. What was not used
for longest is removed when it grows above GCLAB_CACHE_LIMIT (such as 500M; 2G if it is not set).
"""
_CODE = re.compile(r"E\d{4}")
# Options that together make no sense, and why.
_CONFLICTS = {
    ("--fails", "--save"): "a crate that must not compile is not saved",
}


def _parser(prog: str, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = MagicArgumentParser(  # type: ignore[no-untyped-call]
        prog=prog,
        add_help=False,
        description=description,
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, width=100),
    )
    parser.color = False  # type: ignore[attr-defined,unused-ignore] # new in Python 3.14, ignored before
    return parser


def _cell_parser() -> argparse.ArgumentParser:
    parser = _parser("%%pyo3", _CELL)
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="name of the module (default: that of `#[pymodule]`, else `cell_N`)")
    add(
        "--deps",
        action="append",
        default=[],
        metavar="TOML",
        help="a dependency, such as `'serde = \"1\"'`; repeatable",
    )
    add("--features", default="", metavar="A,B", help="features of the crate pyo3-gc to turn on")
    add("--release", action="store_true", help="optimise: the build takes longer, the code runs faster")
    add("--check", action="store_true", help="only compile: show errors and warnings, load and bind nothing")
    add("--fails", nargs="?", const="", metavar="CODE", help="the cell must not compile (with this error code)")
    add("--expand", action="store_true", help="show the code that the macros of pyo3-gc write")
    add("--save", metavar="PATH", help="write the cell as a crate into a folder, for maturin to build")
    add("--force", action="store_true", help="build again even if nothing has changed")
    add("--verbose", action="store_true", help="show what was done, why, and how long it took")
    return parser


def _line_parser() -> argparse.ArgumentParser:
    parser = _parser("%pyo3", _LINE)
    add = parser.add_argument
    add("--clean", nargs="?", const="", metavar="NAME", help="remove the builds of one module, or of all")
    return parser


CELL_PARSER, LINE_PARSER = _cell_parser(), _line_parser()


def read_options(line: str) -> Options:
    """Parse the line of a cell as a shell would: quotes keep a TOML line together."""
    given = _parse(CELL_PARSER, line)
    if given.fails and not _CODE.fullmatch(given.fails):
        if given.name is not None:
            raise CellError(f"--fails takes an error code such as E0277, not {given.fails!r}.")
        given.name, given.fails = given.fails, ""
    for (one, other), why in _CONFLICTS.items():
        if all(getattr(given, option.strip("-")) not in (None, False) for option in (one, other)):
            raise CellError(f"{one} and {other} exclude each other: {why}.")
    features = tuple(name.strip() for name in given.features.split(",") if name.strip())
    return Options(**{**vars(given), "deps": tuple(given.deps), "features": features})


def read_clean(line: str) -> str | None:
    """Parse the line of ``%pyo3``: None without ``--clean``, else the name after it, or an empty one for all."""
    clean: str | None = _parse(LINE_PARSER, line).clean
    return clean


def options_table() -> str:
    """Return the options of both magics as Markdown: a table for each, and below them what excludes what."""
    notes = [f"`{one}` and `{other}` exclude each other: {why}." for (one, other), why in _CONFLICTS.items()]
    return "\n\n".join([*map(_table, (CELL_PARSER, LINE_PARSER)), *notes])


def _table(parser: argparse.ArgumentParser) -> str:
    rows = [(f"`{_usage(action)}`", str(action.help)) for action in parser._actions]  # noqa: SLF001 - no public list
    return "\n".join(f"| {' | '.join(row)} |" for row in [(f"`{parser.prog}`", "what it does"), ("---", "---"), *rows])


def _usage(action: argparse.Action) -> str:
    """Write an option as the help does: ``--fails [CODE]``."""
    value = str(action.metavar or "")
    words = [*action.option_strings[:1], f"[{value}]" if action.nargs == "?" else value]
    return " ".join(filter(None, words))


def _parse(parser: argparse.ArgumentParser, line: str) -> argparse.Namespace:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CellError(f"The {parser.prog} line cannot be read: {error}.") from None
    try:
        return parser.parse_args(words)
    except UsageError as error:
        raise UsageError(f"{error}{_hint(parser, words)}") from None


def _hint(parser: argparse.ArgumentParser, words: list[str]) -> str:
    """Guess what was meant by a line that has no such option."""
    known = [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001
    for word in words:
        close = difflib.get_close_matches(word, known, 1)
        if word.startswith("-") and word not in known and close:
            return f"; did you mean {close[0]}?"
    if "--deps" in words and "=" in words:
        return "; put quotes round a dependency: --deps 'smallvec = \"1\"'"
    return f"; {parser.prog}? lists the options"
