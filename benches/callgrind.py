"""Counts of instructions, by valgrind's tool callgrind: the same in every run, whatever else the machine does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

MEASURED = "pyo3_gc_bench_measured"
WORKLOAD = Path(__file__).with_name("workload.py")


def required() -> None:
    """End the program if there is no valgrind here."""
    if shutil.which("valgrind") is None:
        sys.exit(
            "instructions are counted with valgrind, and there is none here: install it (Debian: apt install valgrind)"
        )


def counts(cases: list[dict[str, Any]], module: Path) -> list[int]:
    """Run the cases in one process, and return how many instructions each of them needs while it is measured."""
    folder = module.parent
    for old in folder.glob("counted*"):
        old.unlink()
    command = [
        *("valgrind", "--quiet", "--tool=callgrind", f"--toggle-collect={MEASURED}", f"--dump-after={MEASURED}"),
        *(f"--callgrind-out-file={folder / 'counted'}", sys.executable, str(WORKLOAD)),
    ]
    variables = {**os.environ, "PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"}
    ran = subprocess.run(command, env=variables, input=json.dumps(cases), check=False, text=True)
    dumps = [folder / f"counted.{number}" for number in range(1, len(cases) + 1)]
    if ran.returncode or not all(dump.exists() for dump in dumps):
        sys.exit(f"valgrind counted nothing (exit code {ran.returncode}); what it says stands above")
    return [total(dump) for dump in dumps]


def total(dump: Path) -> int:
    """Read the sum of a dump."""
    found = re.search(r"^totals: (\d+)", dump.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else sys.exit(f"{dump.name} has no line with the total")
