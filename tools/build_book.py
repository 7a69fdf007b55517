"""Build the book strictly; end with the path of its start page, or with the list of what is wrong."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
START = ROOT / "_build" / "html" / "book" / "index.html"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
BEGUN = re.compile(r"^(\S+): Executing notebook")
DONE = re.compile(r"^(\S+): Executed notebook in ([\d.]+) seconds")
QUIET = 10.0  # seconds after which somebody who waits wonders whether anything happens
PROBLEM = re.compile(r"(?:.*\.md.*: )?(?:WARNING|ERROR|CRITICAL): ")


def heard(lines: Iterable[str]) -> Iterator[str | None]:
    """Yield the lines as they come, and ``None`` for each `QUIET` seconds in which none came."""
    said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in lines:
            said.put(line)
        said.put("")  # a line has at least its end

    threading.Thread(target=listen, daemon=True).start()
    while True:
        try:
            line = said.get(timeout=QUIET)
        except queue.Empty:
            yield None
            continue
        if not line:
            return
        yield line


def build(program: str) -> tuple[int, list[str]]:
    """Run Jupyter Book and pass its output on, line by line; return its status and what it warned of.

    A page that runs for long says nothing meanwhile, so the waiting is said here, and at the end what took how long.
    """
    problems: list[str] = []
    times: dict[str, float] = {}
    page, quiet = "", 0
    with subprocess.Popen(
        [program, "build", "-W", "-n", "--keep-going", str(ROOT)],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in heard(process.stdout or ()):
            if line is None:
                quiet += 1
                print(f"... {page or 'the build'} has been running for {quiet * QUIET:.0f} s", flush=True)
                continue
            print(line, end="", flush=True)
            plain = COLOUR.sub("", line).strip().replace(f"{ROOT}{os.sep}", "")
            quiet = 0
            begun, done = BEGUN.match(plain), DONE.match(plain)
            page = begun[1] if begun else "" if done else page
            if done:
                times[done[1]] = float(done[2])
            if PROBLEM.search(plain):
                problems.append(plain)
    if times:
        print("The pages that ran:")
        print(*(f"{times[name]:6.1f} s  {name}" for name in sorted(times, key=times.__getitem__)), sep="\n", flush=True)
    return process.returncode, problems


def main() -> int:
    """Build, then say where the book is or why there is none."""
    program = shutil.which("jupyter-book", path=sysconfig.get_path("scripts"))
    if program is None:
        print("build_book: jupyter-book is not in .venv: run `make setup`")
        return 1
    status, problems = build(program)
    if status:
        print("The book was not built:", *problems, sep="\n")
        return status
    print(f"The book is built. Its start page:\n{START}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
