"""How many objects of each class are alive, sample by sample, and which classes grow."""

from __future__ import annotations

import gc
import itertools
import json
from collections import Counter
from dataclasses import dataclass
from math import comb
from statistics import median
from typing import Final

from gclab.graphs.labels import type_name
from gclab.graphs.references import referents
from gclab.graphs.walk import is_native, package_of

__all__ = ["CONFIDENT", "Growth", "class_name", "grown", "sample"]

CONFIDENT: Final = 0.95
_HAVE_GC: Final = 1 << 14  # Py_TPFLAGS_HAVE_GC, object.h


@dataclass(frozen=True)
class Growth:
    """A class of which more and more objects are alive.

    Attributes:
        name: the class, with its module.
        per_run: by how many objects it grows in a run: the median of all runs.
        grew: in how many of the runs it grew.
        runs: how many runs were compared.
        alive: how many of its objects are alive at the end.

    """

    name: str
    per_run: float
    grew: int
    runs: int
    alive: int

    @property
    def confidence(self) -> float:
        """How sure it is that this is no chance, from 0 to 1.

        One minus the chance that a class which grows and shrinks at random grows in that many runs (the sign test).
        """
        chance: float = sum(comb(self.runs, k) for k in range(self.grew, self.runs + 1)) / 2**self.runs
        return 1 - chance

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.per_run:+g} per run, in {self.grew} of {self.runs} runs "
            f"(confidence {self.confidence:.1%}), {self.alive} alive"
        )


def sample() -> bytes:
    """Collect, and count the objects that are alive by class; the answer is one atom, so it counts in no later one.

    Tracked objects are counted, and those of native classes without collector support that tracked objects refer to.
    """
    gc.collect()
    objects = gc.get_objects()
    counts = Counter(map(type, objects))
    others = {id(item): type(item) for item in referents(*objects) if not type(item).__flags__ & _HAVE_GC}
    counts.update(cls for cls in others.values() if is_native(cls))
    del objects, others
    named: Counter[str] = Counter()
    for cls, number in counts.items():
        named[class_name(cls)] += number
    return json.dumps(named).encode()


def class_name(cls: type) -> str:
    """Return the name of a class after that of its top-level package, unless it is a built-in one."""
    package = package_of(cls)
    return type_name(cls) if package == "builtins" else f"{package}.{type_name(cls)}"


def grown(samples: list[bytes], confidence: float = CONFIDENT) -> list[Growth]:
    """Return the classes that grow from sample to sample with at least that confidence, the fastest first."""
    counts = [Counter(json.loads(one)) for one in samples]
    found = []
    for name in counts[-1]:
        steps = [after[name] - before[name] for before, after in itertools.pairwise(counts)]
        growth = Growth(name, median(steps), sum(step > 0 for step in steps), len(steps), counts[-1][name])
        if growth.per_run > 0 and growth.confidence >= confidence:
            found.append(growth)
    return sorted(found, key=lambda growth: (-growth.per_run, growth.name))
