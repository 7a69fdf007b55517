"""How long a picture takes, step by step: median of several runs, in milliseconds.

The bars are 100 ms for 50 objects and 1000 ms for 10,000 objects, for the graph and its display together. Beside the
time on the clock stands the time of the processors, in this process and in the drawing program: on a busy machine the
clock says more about the others.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from statistics import median
from typing import Any

import gclab


class Node:
    """An object of the pictures."""


def tree(size: int) -> Node:
    """Return the root of a tree in which every object refers to at most three others."""
    nodes: list[Any] = [Node() for _ in range(size)]
    for place in range(1, size):
        setattr(nodes[(place - 1) // 3], f"part{place}", nodes[place])
    root: Node = nodes[0]
    return root


def ring(size: int) -> Node:
    """Return an object of one cycle through all objects."""
    nodes: list[Any] = [Node() for _ in range(size)]
    for place in range(size):
        nodes[place].after = nodes[(place + 1) % size]
    first: Node = nodes[0]
    return first


def shared(size: int) -> Node:
    """Return the head of a chain in which every object also refers back to the head."""
    nodes: list[Any] = [Node() for _ in range(size)]
    for place in range(1, size):
        nodes[place - 1].after = nodes[place]
        nodes[place].head = nodes[0]
    head: Node = nodes[0]
    return head


def alike(size: int) -> Node:
    """Return an object with a list of like objects, each with a list of its own."""
    nodes: list[Any] = [Node() for _ in range(size // 2)]
    for node in nodes:
        node.parts = []
    head: Any = Node()
    head.items = nodes
    first: Node = head
    return first


SHAPES = {"tree": tree, "ring": ring, "shared": shared, "alike": alike}

BARS = {50: 100, 10_000: 1000}  # milliseconds, graph and display together


def clocks() -> tuple[float, float]:
    """Return the time on the clock and that of the processors, children included, in seconds."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return time.perf_counter(), sum(use.ru_utime + use.ru_stime for use in (own, children))


def measure(root: Node, runs: int) -> tuple[float, float, float]:
    """Return the median milliseconds for the graph and for its three forms of display, and of the processors."""
    walked, drawn, worked = [], [], []
    for _ in range(runs):
        start, before = clocks()
        picture = gclab.graph(root)
        middle, _ = clocks()
        picture._repr_mimebundle_()
        end, after = clocks()
        walked.append(middle - start)
        drawn.append(end - middle)
        worked.append(after - before)
    return 1000 * median(walked), 1000 * median(drawn), 1000 * median(worked)


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 10_000], help="objects (default: 50 10000)")
    parser.add_argument("--runs", type=int, default=15, help="runs of each line (default: 15)")
    parser.add_argument("--heap", type=int, default=100_000, help="other tracked objects (default: 100000)")
    options = parser.parse_args(arguments)
    heap: list[list[object]] = [[] for _ in range(options.heap)]
    out = sys.stdout
    out.write(f"{len(gc.get_objects())} tracked objects in all; milliseconds\n")
    out.write(f"{'shape':8}{'objects':>9}{'graph':>9}{'display':>9}{'both':>9}{'processors':>12}\n")
    missed = 0
    for size in options.sizes:
        for name, make in SHAPES.items():
            graph, display, worked = measure(make(size), options.runs)
            bar = BARS.get(size, float("inf"))
            missed += graph + display > bar
            verdict = f"  above {bar}" if graph + display > bar else ""
            out.write(f"{name:8}{size:9}{graph:9.1f}{display:9.1f}{graph + display:9.1f}{worked:12.1f}{verdict}\n")
    return 0 if len(heap) == options.heap and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
