"""The entry of the command line: reads the arguments, runs a command, turns errors into an exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import gclab
from gclab.commands import audit, doctor, graph, new, watch
from gclab.commands.terminal import Terminal
from gclab.errors import GclabError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COMMANDS = (audit, watch, graph, new, doctor)
_COULD_NOT_LOOK = 2
_INTERRUPTED, _PIPE_CLOSED = 130, 141  # what a shell gives for the signals SIGINT and SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 if nothing was found, 1 if something was, 2 if it could not look."""
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))  # as for `python -m`: the user's modules are there
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show is no reason to stop
    try:
        try:
            return _run(_parser().parse_args(arguments))
        finally:  # also of `--help`, which exits
            sys.stdout.flush()
    except BrokenPipeError:  # of `| head`; what Python writes at its end goes nowhere, too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED


def _run(given: argparse.Namespace) -> int:
    json = getattr(given, "json", False)
    terminal = Terminal(json=json)
    try:
        # What the user's code prints must not come between the lines of JSON.
        with redirect_stdout(sys.stderr if json else sys.stdout):
            return int(given.run(given, terminal))
    except GclabError as error:
        terminal.clear()
        sys.stderr.write(f"gclab {given.command}: {error}\n")
        return _COULD_NOT_LOOK
    except KeyboardInterrupt:
        terminal.clear()
        sys.stderr.write("gclab: interrupted\n")
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gclab",
        description="Find reference cycles that native classes leak. Exit codes: 0 nothing found, 1 something found, "
        "2 could not look.",
    )
    parser.add_argument("--version", action="version", version=f"gclab {gclab.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _COMMANDS:
        name = module.__name__.rpartition(".")[2]
        text, _, examples = (module.__doc__ or "").partition("\n\n")
        command = commands.add_parser(
            name, help=text.rstrip("."), description=text, epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        module.declare(command)
        command.set_defaults(run=module.run)
    return parser
