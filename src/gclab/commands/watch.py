"""Run a function of a script several times and tell which classes grow.

The script is imported, so that its functions exist; FUNCTION (by default
`main`) is then run again and again.

Examples:
  gclab watch service.py:handle_request
  gclab watch --runs 20 service.py

"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.commands.script import load, said_by
from gclab.errors import FactoryError, GclabError
from gclab.leaks.watch import FEWEST_RUNS, watch

if TYPE_CHECKING:
    from gclab.commands.terminal import Terminal


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("script", metavar="SCRIPT[:FUNCTION]", help="a Python file, and what to run of it")
    parser.add_argument(
        "--runs", type=_runs, default=10, metavar="N", help="how often it runs, at least 5 (default: 10)"
    )
    parser.add_argument("--json", action="store_true", help="write the report as JSON")


def run(given: argparse.Namespace, terminal: Terminal) -> int:
    """Watch, and return 1 if a class grew."""
    file, colon, name = given.script.rpartition(":")
    if not colon or not file.endswith(".py"):
        file, name = given.script, "main"
    workload = load(Path(file), name)
    try:
        report = watch(workload, runs=given.runs, report=terminal.progress)
    except GclabError:
        raise
    except (Exception, SystemExit) as error:
        raise FactoryError(f"{name} fails when it is run: {said_by(error, Path(file))}") from error
    terminal.say(repr(report), "good" if report else "bad")
    terminal.result(asdict(report))
    return int(not report)


def _runs(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST_RUNS:
        raise argparse.ArgumentTypeError(f"at least {FEWEST_RUNS} runs are needed: fewer say nothing")
    return int(text)
