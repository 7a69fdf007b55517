"""Tell whether this machine can build Rust cells and draw graphs: one line for each part, with the cure.

Examples:
  gclab doctor

"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import GclabError
from gclab.graphs import engine
from gclab.rust import trouble
from gclab.rust.cache import open_cache
from gclab.rust.sources import find_sources
from gclab.rust.toolchain import find_program, find_toolchain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from gclab.commands.terminal import Terminal

_NEEDED = 2 * 2**30  # bytes: PyO3 and its dependencies compiled once take some 300 MB, the cache up to 2 GB


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="write the findings as JSON")


def run(given: argparse.Namespace, terminal: Terminal) -> int:  # noqa: ARG001 - every command takes both
    """Look at each part; return 1 if one is missing."""
    found = list(_parts())
    for name, said, good in found:
        terminal.say(f"{'ok  ' if good else 'FAIL'} {name}: {said}", "good" if good else "bad")
    terminal.result([{"part": name, "found": said, "ok": good} for name, said, good in found])
    return int(not all(good for _, _, good in found))


def _parts() -> Iterator[tuple[str, str, bool]]:
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("Python", _python),
        ("Rust", _rust),
        ("linker", _linker),
        ("pictures", engine.engine),
        ("cache", _cache),
    )
    for name, check in checks:
        said, good = _checked(check)
        yield name, said, good


def _checked(check: Callable[[], str]) -> tuple[str, bool]:
    try:
        return check(), True
    except GclabError as error:
        return str(error), False


def _python() -> str:
    if platform.python_implementation() != "CPython":
        raise GclabError(
            f"{platform.python_implementation()} never asks native classes for their references; use CPython"
        )
    return f"CPython {platform.python_version()} in {sys.prefix}"


def _rust() -> str:
    version = find_toolchain(open_cache().folder, find_sources().min_rust).version
    return version.splitlines()[0]


def _linker() -> str:
    """Compile and link a program of one line, as each build of a cell does in the end."""
    rustc = os.environ.get("RUSTC") or find_program("rustc")
    with tempfile.TemporaryDirectory(prefix="gclab-") as folder:
        source, program = Path(folder, "main.rs"), Path(folder, "main")
        source.write_text("fn main() {}\n")
        built = subprocess.run([rustc, "-o", program, source], capture_output=True, text=True, check=False)
    if built.returncode:
        raise trouble.no_linker(built.stderr)
    return "a program can be linked"


def _cache() -> str:
    folder = open_cache().folder
    free = shutil.disk_usage(folder).free
    if free < _NEEDED:
        raise GclabError(
            f"only {free / 2**30:.1f} GB are free for {folder}; make room, or set GCLAB_CACHE to another folder"
        )
    return f"{folder}, {free / 2**30:.0f} GB free"
