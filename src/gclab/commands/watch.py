"""Run a function of a script several times and tell which classes grow.

The script is imported, so that its functions exist; FUNCTION (by default `main`) is then run again and again.

Examples:
  gclab watch service.py:handle_request
  gclab watch --runs 20 service.py

"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.commands.audit import load
from gclab.leaks.watch import watch

if TYPE_CHECKING:
    import argparse

    from gclab.commands.terminal import Terminal


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("script", metavar="SCRIPT[:FUNCTION]", help="a Python file, and what to run of it")
    parser.add_argument("--runs", type=int, default=10, help="how often it runs, at least 5 (default: 10)")
    parser.add_argument("--json", action="store_true", help="write the report as JSON")


def run(given: argparse.Namespace, terminal: Terminal) -> int:
    """Watch, and return 1 if a class grew."""
    file, colon, name = given.script.rpartition(":")
    if not colon or not file.endswith(".py"):
        file, name = given.script, "main"
    workload = load(Path(file), name)
    terminal.progress(f"running {name}")
    report = watch(workload, runs=given.runs)
    terminal.say(repr(report), "good" if report else "bad")
    terminal.result(asdict(report))
    return int(not report)
