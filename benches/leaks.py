"""How long the program waits for a look at the whole heap: medians of several looks, in seconds.

`gclab.Watch.look` collects and counts all objects; `gclab.audit_heap` weighs each of them. Beside the time on the clock
stands that of the processor: on a busy machine the clock says more about the others. `gc.collect` alone is the least
that a look can take. The exit code is 1 if the goal is missed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from results import Bar, Table, Value, progress, report

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable

_LIMIT = 5.0  # seconds for the audit of a million objects
_GOAL = 1_000_000


class Item:
    """An object of the heap, with a few references."""

    def __init__(self, before: Item | None, number: int) -> None:
        self.before = before
        self.parts = [number]


def main() -> int:
    """Measure, print the table and say whether the goal holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, _GOAL], help="tracked objects")
    parser.add_argument("--runs", type=int, default=5, help="looks of each kind (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    options = parser.parse_args()
    rows, bars = [], []
    for size in options.sizes:
        heap = filled(size)
        looks: dict[str, Callable[[], object]] = {
            "gc.collect": gc.collect,
            "Watch.look": gclab.Watch().look,
            "audit_heap": gclab.audit_heap,
        }
        for name, look in looks.items():
            progress(f"{name} at {size} objects")
            clock, processor = measured(look, options.runs)
            rows.append((name, len(gc.get_objects()), clock, processor))
            if name == "audit_heap" and size == _GOAL:
                bars.append(Bar("audit_heap at a million objects, seconds", clock, _LIMIT))
        del heap
    progress("")
    columns = ("look", "objects", "seconds", "processor")
    table: tuple[tuple[Value, ...], ...] = tuple(rows)
    return report([Table("The program waits this long:", columns, table)], bars, options.json)


def filled(size: int) -> list[Item]:
    """Return objects and their lists, `size` of both together."""
    heap: list[Item] = []
    for number in range(size // 2):
        heap.append(Item(heap[-1] if number % 10 else None, number))
    return heap


def measured(look: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the median seconds of a look, on the clock and of the processor."""
    clock, processor = [], []
    for _ in range(runs):
        started, used = time.perf_counter(), time.process_time()
        look()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return median(clock), median(processor)


if __name__ == "__main__":
    sys.exit(main())
