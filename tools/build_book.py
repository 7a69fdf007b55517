"""Build the book strictly; end with the path of its start page, or with the list of what is wrong."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START = ROOT / "_build" / "html" / "book" / "index.html"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PROBLEM = re.compile(r"(?:.*\.md.*: )?(?:WARNING|ERROR|CRITICAL): ")


def build(program: str) -> tuple[int, list[str]]:
    """Run Jupyter Book and pass its output on, line by line; return its status and what it warned of."""
    problems: list[str] = []
    with subprocess.Popen(
        [program, "build", "-W", "-n", "--keep-going", str(ROOT)],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            plain = COLOUR.sub("", line).strip()
            if PROBLEM.search(plain):
                problems.append(plain.replace(f"{ROOT}{os.sep}", ""))
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
