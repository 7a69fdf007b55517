"""What the derived hooks cost: instructions of a collection, size of the library, compile time.

Instructions are counted by valgrind's callgrind and are the same in every run. Every bar compares figures of one run.
The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import callgrind
from classes import classes
from extension import build
from results import Bar, Table, report
from traversal import elision, traversal

PARTS = ("traversal", "elision", "classes")


def main() -> int:
    """Measure the parts that were asked for."""
    options = arguments()
    if set(options.parts) != {"classes"}:
        callgrind.required()
    tables: list[Table] = []
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="pyo3-gc-bench-") as name:
        folder = Path(name)
        for part in options.parts:
            if part == "classes":
                found = classes(folder, options.classes, options.rounds)
            else:
                found = {"traversal": traversal, "elision": elision}[part](build(folder))
            tables += found[0]
            bars += found[1]
    return report(tables, bars, options.json)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all of them)")
    parser.add_argument("--classes", type=int, default=60, help="classes of the smaller generated crate (default: 60)")
    parser.add_argument("--rounds", type=int, default=3, help="builds of each generated crate (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    options.parts = options.parts or PARTS
    return options


if __name__ == "__main__":
    sys.exit(main())
