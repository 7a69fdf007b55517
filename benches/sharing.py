"""What a value with several owners costs: in an `Arc`, in an object of a class (`Py`), and in a `GcArc`.

An `Arc` cannot be used for a value that owns Python objects; it is here to show what the difference costs. The value
has 16 bytes. Memory is the growth of a new process, without the place of the owner itself. Times are the least of
several rounds, in turns, with the collector off. Instructions are counted by valgrind's callgrind.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import callgrind
from extension import NAME, build
from results import Table, Value, progress, report

WAYS = ("Arc", "Py", "GcArc")
OPERATIONS = ("create", "copy", "read", "drop a copy", "drop the last")
COUNTED = 10_000
OWNER = 8
HOLD = """
import pathlib, sys, pyo3_gc_bench
def resident():
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))
way, values = sys.argv[1], int(sys.argv[2])
pyo3_gc_bench.share(way, "hold", 10, resident)
before = resident()
pyo3_gc_bench.share(way, "hold", values, lambda: print(resident() - before))
"""


def main() -> int:
    """Measure everything and print the tables."""
    options = arguments()
    callgrind.required()
    with tempfile.TemporaryDirectory(prefix="pyo3-gc-bench-") as name:
        module = build(Path(name))
        sys.path.insert(0, name)
        gc.disable()
        tables = [memory(options.values, name), times(options.values, options.rounds), instructions(module)]
    return report(tables, [], options.json)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--values", type=int, default=500_000, help="values to make (default: 500000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each measurement of time (default: 7)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    return parser.parse_args()


def memory(values: int, folder: str) -> Table:
    """Measure the growth of a process that makes nothing else."""
    rows = []
    for way in WAYS:
        command = [sys.executable, "-c", HOLD, way, str(values)]
        variables = {**os.environ, "PYTHONPATH": folder}
        ran = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
        rows.append((way, int(ran.stdout) / values - OWNER))
    return Table(f"Bytes for a value, of {values}", ("owner", "bytes"), tuple(rows))


def times(values: int, rounds: int) -> Table:
    """Measure the operations in turns."""
    share = importlib.import_module(NAME).share
    found: dict[tuple[str, str], list[float]] = {(way, operation): [] for way in WAYS for operation in OPERATIONS}
    for turn in range(1, rounds + 1):
        progress(f"round {turn} of {rounds}")
        for (way, operation), taken in found.items():
            taken.append(1e9 * share(way, operation, values, int) / values)
    progress("")
    rows: list[tuple[Value, ...]] = [(way, *(min(found[way, operation]) for operation in OPERATIONS)) for way in WAYS]
    return Table("Nanoseconds", ("owner", *OPERATIONS), tuple(rows))


def instructions(module: Path) -> Table:
    """Count the instructions of the operations: differences, so that what is done once does not count."""
    keys = [(way, operation) for way in WAYS for operation in OPERATIONS]
    cases = [
        {"way": way, "operation": operation, "count": count}
        for way, operation in keys
        for count in (COUNTED, 2 * COUNTED)
    ]
    counted = callgrind.counts(cases, module)
    found = {key: (two - one) / COUNTED for key, one, two in zip(keys, counted[::2], counted[1::2], strict=True)}
    rows: list[tuple[Value, ...]] = [(way, *(found[way, operation] for operation in OPERATIONS)) for way in WAYS]
    return Table("Instructions", ("owner", *OPERATIONS), tuple(rows))


if __name__ == "__main__":
    sys.exit(main())
