"""Processes in which tools build and load: a program that must succeed, and one that stays open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PROGRAMS = Path(sys.executable).parent  # those of the lock file, such as maturin and uv
_KERNEL = Path(__file__).with_name("kernel.py")
# Set by a user or by the Makefile, these would change what a tool does as it comes.
_CHANGES_TOOLS = {"CARGO_TARGET_DIR", "RUSTFLAGS", "VIRTUAL_ENV", "MATURIN_BUILD_DIR"}


class ToolError(Exception):
    """A tool did not build the class, or Python could not load it."""


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a tool: own caches, the programs of the lock file, no downloads.

    The caches and logs lie beside the folder "work", for some tools look at every file of a project.
    """
    cache = folder / "cache"
    for made in (cache, folder / "work"):
        made.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in _CHANGES_TOOLS}
    names = ("GCLAB_CACHE", "IPYTHONDIR", "RUSTIMPORT_CACHE_DIR", "XDG_CACHE_HOME")
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    return {**kept, **dict.fromkeys(names, str(cache)), "PATH": path, "CARGO_NET_OFFLINE": "true", **more}


def run(command: Sequence[str], folder: Path, variables: dict[str, str]) -> None:
    """Run a program in a tool's folder "work"; one that fails is a `ToolError`."""
    ran = subprocess.run(command, cwd=folder / "work", env=variables, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise ToolError(f"{Path(command[0]).name} {command[1]}: {last_line(ran.stderr)}")


def last_line(text: str) -> str:
    """Return the line in which a program says why it ended."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason given")


class Kernel:
    """A Python that runs cells in a tool's folder "work"."""

    def __init__(self, command: Sequence[str], folder: Path, variables: dict[str, str]) -> None:
        self._log = folder / "kernel.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [command[0], "-P", str(_KERNEL), *command[1:]],
                cwd=folder / "work",
                env=variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._answer()

    def run(self, cell: str) -> int:
        """Run a cell and return the number that was read after it."""
        assert self._process.stdin  # noqa: S101 - a pipe, see above
        try:
            print(cell.rstrip("\n").replace("\n", "\0"), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise ToolError(self._reason()) from None
        return int(self._answer())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout  # noqa: S101 - a pipe, see above
        if not (line := self._process.stdout.readline()):
            raise ToolError(self._reason())
        return line.strip()

    def _reason(self) -> str:
        if (code := self._process.wait()) < 0:
            return f"the process was ended by {signal.Signals(-code).name}"
        return last_line(self._log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def kernel(command: Sequence[str], folder: Path, variables: dict[str, str]) -> Iterator[Kernel]:
    """Open a kernel for a while."""
    opened = Kernel(command, folder, variables)
    try:
        yield opened
    finally:
        opened.close()
