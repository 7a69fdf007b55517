"""How long from an edit of Rust to the loaded class: ``%%pyo3`` beside the tools that do the same.

All build the same class, in turns, in one run; each round changes one number, and counts only if the number that
Python reads is the new one: a tool that loads old code has no figures. Absolute times on a busy machine mean nothing,
the ratios in one run do. Nothing here contains a download. The exit code is 1 if a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from edits.catalogue import DEVELOP, of_others, of_slow_others, of_the_project
from edits.environment import download, install
from edits.figures import OLD_CODE, OldCodeError, bars, notes, table
from edits.process import ToolError
from results import progress, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edits.tools import Tool

NOTE = "Times on a busy machine say nothing; ratios do, for all tools took turns."


def main() -> int:
    """Measure, print the table and say whether the goals hold."""
    options = arguments()
    rounds, warm_up = (3, 1) if options.quick else (options.rounds, 2)
    with tempfile.TemporaryDirectory(prefix="gclab-bench-", ignore_cleanup_errors=True) as name:
        tools, missing = prepared(Path(name), slow=not options.quick)
        try:
            measure(tools, rounds, warm_up)
        finally:
            for tool in tools:
                tool.close()
    ours, *others = figures = [tool.figures for tool in tools]
    maturin = next(other for other in others if other.name == DEVELOP)
    print(machine())
    code = report([table(ours, others)], bars(ours, maturin, others), options.json)
    print(*missing, *notes(figures), NOTE, sep="\n")
    return code


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="edits to measure, after two to warm up (default: 7)")
    parser.add_argument(
        "--quick", action="store_true", help="three rounds after one, without what compiles PyO3 every time"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    return parser.parse_args()


def prepared(folder: Path, *, slow: bool) -> tuple[list[Tool], list[str]]:
    """Set up every tool, and say what could not be."""
    progress("set up")
    try:
        download(folder / "download")
    except ToolError as error:
        sys.exit(f"the crates that every tool compiles cannot be built here: {error}")
    tools: list[Tool] = list(of_the_project(folder))
    try:
        python = install(folder / "others")
        tools += of_others(folder, python)
        tools += of_slow_others(folder, python) if slow else ()
    except ToolError as error:
        return tools, [f"not measured, of the tools that are not in the lock file: {error}"]
    return tools, []


def measure(tools: Sequence[Tool], rounds: int, warm_up: int) -> None:
    """Let all tools take turns. The first edit of each finds nothing compiled; a slow one has only one other."""
    for number in range(rounds + warm_up + 1):
        for tool in tools:
            if not tool.figures.trouble and not (tool.slow and number > 1):
                progress(f"round {number} of {rounds + warm_up}: {tool.figures.name}")
                attempt(tool, number, counts=number > warm_up or tool.slow)
    for tool in tools:
        if not tool.figures.trouble:
            one_process(tool, 1 if tool.slow else rounds + warm_up)
    progress("")


def attempt(tool: Tool, number: int, *, counts: bool) -> None:
    """Measure one edit and the same source after it. A tool that fails, or loads old code, has no more rounds."""
    figures = tool.figures
    try:
        edit, unchanged, new_process = tool.edit(number), tool.unchanged(number), tool.new_process(number)
    except (ToolError, OldCodeError) as error:
        figures.trouble = str(error)
        return
    if number == 0:
        figures.cold.append(edit)
    elif counts:
        figures.edits.append(edit)
        figures.new_process.append(new_process)
        figures.unchanged += [] if unchanged is None else [unchanged]


def one_process(tool: Tool, number: int) -> None:
    """Ask whether a process that has loaded the class loads an edited one, as a notebook wants it."""
    progress(f"again in one process: {tool.figures.name}")
    try:
        tool.figures.in_one_process = "yes" if tool.in_one_process(number) else OLD_CODE
    except ToolError as error:
        tool.figures.in_one_process, tool.figures.remark = "failed", str(error)


def machine() -> str:
    """Say where this was measured."""
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]  # noqa: S607
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}; {python()}, rustc {rustc}\n"


def python() -> str:
    """Name this Python."""
    return f"{platform.python_implementation()} {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
