"""How long a picture of 50 objects takes, step by step: median of several runs, in milliseconds.

The bar is 100 ms for the walk, the counts and the drawing together.
"""

from __future__ import annotations

import argparse
import gc
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


SHAPES = {"tree": tree, "ring": ring, "shared": shared}


def measure(root: Node, runs: int) -> tuple[float, float]:
    """Return the median milliseconds for the graph and for its three forms of display."""
    walked, drawn = [], []
    for _ in range(runs):
        start = time.perf_counter()
        picture = gclab.graph(root)
        middle = time.perf_counter()
        picture._repr_mimebundle_()
        walked.append(middle - start)
        drawn.append(time.perf_counter() - middle)
    return 1000 * median(walked), 1000 * median(drawn)


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=50, help="objects in each picture (default: 50)")
    parser.add_argument("--runs", type=int, default=15, help="runs of each line (default: 15)")
    parser.add_argument("--heap", type=int, default=100_000, help="other tracked objects (default: 100000)")
    options = parser.parse_args(arguments)
    heap: list[list[object]] = [[] for _ in range(options.heap)]
    out = sys.stdout
    out.write(f"{options.size} objects, {len(gc.get_objects())} tracked objects in all\n")
    out.write(f"{'shape':8}{'graph':>9}{'display':>9}{'both':>9}   ms\n")
    for name, make in SHAPES.items():
        graph, display = measure(make(options.size), options.runs)
        out.write(f"{name:8}{graph:9.1f}{display:9.1f}{graph + display:9.1f}\n")
    return 0 if len(heap) == options.heap else 1


if __name__ == "__main__":
    sys.exit(main())
