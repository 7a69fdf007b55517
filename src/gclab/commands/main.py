"""The entry of the command line: reads the arguments, runs a command, turns errors into an exit code."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

import gclab
from gclab.commands import audit, doctor, graph, watch
from gclab.commands.terminal import Terminal
from gclab.errors import GclabError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COMMANDS = (audit, watch, graph, doctor)
_COULD_NOT_LOOK = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 if nothing was found, 1 if something was, 2 if it could not look."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        return int(given.run(given, Terminal(json=getattr(given, "json", False))))
    except GclabError as error:
        sys.stderr.write(f"gclab {given.command}: {error}\n")
        return _COULD_NOT_LOOK
    except KeyboardInterrupt:
        sys.stderr.write("\ngclab: interrupted\n")
        return 130  # what a shell gives for an interrupt


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
