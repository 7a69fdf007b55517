"""How long `import gclab` takes, and what it must not import: everything heavy is loaded at its first use.

Each import is that of a new process, in turns with a process that imports nothing. The exit code is 1 if a goal is
missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from results import Bar, Table, Value, report

HEAVY = {"IPython", "asyncio", "concurrent", "graphviz", "multiprocessing", "subprocess", "tempfile", "xml"}
CASES = {
    "nothing": "pass",
    "gclab": "import gclab",
    "gclab.graph": "import gclab; gclab.graph",
    "gclab.probe": "import gclab; gclab.probe",
}
LOADED = "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"


def main() -> int:
    """Measure and report."""
    options = arguments()
    found = times(options.rounds)
    rows: list[tuple[Value, ...]] = [
        (case, 1000 * median(taken), 1000 * min(taken), 1000 * (median(taken) - median(found["nothing"])))
        for case, taken in found.items()
    ]
    bars = [
        Bar("import gclab, ms with the start of Python", 1000 * median(found["gclab"]), 150),
        Bar("heavy modules that it imports", len(heavy(CASES["gclab"])), 0),
    ]
    table = Table("Milliseconds for a new process", ("imports", "median", "least", "more than nothing"), tuple(rows))
    return report([table], bars, options.json)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="processes for each line (default: 15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    return parser.parse_args()


def times(rounds: int) -> dict[str, list[float]]:
    """Start a process for each case, in turns."""
    found: dict[str, list[float]] = {case: [] for case in CASES}
    for _ in range(rounds):
        for case, code in CASES.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            found[case].append(time.perf_counter() - started)
    return found


def heavy(code: str) -> set[str]:
    """Return what a process imports, of that which only a use of gclab may import."""
    command = [sys.executable, "-c", f"{code}{LOADED}"]
    return HEAVY & set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


if __name__ == "__main__":
    sys.exit(main())
