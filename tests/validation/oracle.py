"""The truth about one construct, from weak references, dropping and `gc.collect` alone.

A program: the source text comes on standard input, the answers go to standard output, one JSON object a line, as soon
as each is known. A crash later on takes none of them back. It imports nothing of gclab and reads no reference count.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
PATIENCE = (0.0, 0.0, 0.0, 0.02, 0.1, 0.5)  # seconds between collections: other threads may have to let go


class Probe:
    """The object that a factory gets, unless the construct makes its own."""

    owner: Any

    def __call__(self, *_args: object, **_kwargs: object) -> None:
        """Do nothing."""


class Oracle:
    """Asks its questions about one pair of `factory` and `make`. Each round has objects of its own."""

    def __init__(self, factory: Callable[[Any], Any], make: Callable[[], Any]) -> None:
        self.factory = factory
        self.make = make

    def owned(self) -> int:
        """Count the probe objects that live as long as the owner does, and are held by nothing else of ours."""
        kept = []
        for _ in range(ROUNDS):
            fresh = self.make()
            kept.append((weakref.ref(fresh), self.factory(fresh)))
            del fresh
        gc.collect()
        return sum(watch() is not None for watch, _ in kept)

    def held_outside(self) -> int:
        """Count the probe objects that outlive their owner, without a cycle through them."""
        watches = []
        for _ in range(ROUNDS):
            fresh = self.make()
            made = self.factory(fresh)
            watches.append(weakref.ref(fresh))
            del made, fresh
        return left(watches)

    def leaked(self) -> int:
        """Count the probe objects that survive in a cycle: the probe object holds its owner."""
        watches = []
        for _ in range(ROUNDS):
            fresh = self.make()
            fresh.owner = self.factory(fresh)
            watches.append(weakref.ref(fresh))
            del fresh
        return left(watches)

    def damaged(self) -> int:
        """Count the probe objects that lose something although a variable holds them."""
        lost = 0
        for _ in range(ROUNDS):
            fresh = self.make()
            fresh.mark = []
            fresh.owner = self.factory(fresh)
            watch = weakref.ref(fresh)
            for _ in range(ROUNDS):
                gc.collect()
            lost += watch() is not fresh or not hasattr(fresh, "owner") or not hasattr(fresh, "mark")
            if hasattr(fresh, "owner"):
                del fresh.owner
        return lost


def left(watches: list[weakref.ref[Any]]) -> int:
    """Collect with patience; return how many are alive."""
    for pause in PATIENCE:
        time.sleep(pause)
        gc.collect()
        if not any(watch() is not None for watch in watches):
            return 0
    return sum(watch() is not None for watch in watches)


def main() -> None:
    """Answer for the source text on standard input."""
    space: dict[str, Any] = {"__name__": "construct"}
    exec(compile(sys.stdin.read(), "construct", "exec"), space)  # noqa: S102 - the construct's own text
    oracle = Oracle(space["factory"], space.get("make", Probe))
    for question in (oracle.owned, oracle.held_outside, oracle.leaked, oracle.damaged):
        print(json.dumps({question.__name__: question()}), flush=True)


if __name__ == "__main__":
    main()
