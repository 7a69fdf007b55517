"""`gclab.watch` tells which classes grow while a program works, who holds their objects, and whom to suspect."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.errors import GclabError
from gclab.graphs.labels import references
from gclab.graphs.model import plural
from gclab.graphs.walk import is_native
from gclab.leaks.factory import at_rest
from gclab.leaks.roots import Chain, chains
from gclab.leaks.samples import Growth, class_name, grown, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self

__all__ = ["Report", "Suspect", "Watch", "suspect_of", "watch"]

_WARM_UP: Final = 2
_FEWEST_RUNS: Final = 5  # with fewer, chance alone grows too often for any confidence
_MOST_SUSPECTS: Final = 10
_MOST_STEPS: Final = 200


@dataclass(frozen=True)
class Suspect:
    """A class that grows, and why its newest object is alive.

    Attributes:
        growth: the class, and how it grows.
        chain: the shortest way from a root to its newest object; None if nothing was found.
        native: native classes that the object's references lead to, the nearest first, where the root is a
            reference that nobody reports: the owner of that reference is most likely one of them.

    """

    growth: Growth
    chain: Chain | None
    native: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [str(self.growth)]
        if self.chain:
            lines.append(f"    alive because of: {self.chain}")
        if self.native:
            lines.append(
                f"    native objects that it leads to, which may hide that reference: {', '.join(self.native)}"
            )
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class Report:
    """What `watch` saw. It is true if nothing grew.

    Attributes:
        suspects: the classes that grow; those that a hidden reference keeps alive come first.
        runs: how many runs were compared.
        seconds: how long the looks themselves took, all together.

    """

    suspects: tuple[Suspect, ...]
    runs: int
    seconds: float

    def __bool__(self) -> bool:
        return not self.suspects

    def __repr__(self) -> str:
        if self:
            return f"nothing grew in {plural(self.runs, 'run')}"
        classes = "1 class" if len(self.suspects) == 1 else f"{len(self.suspects)} classes"
        heading = f"{classes} grew in {plural(self.runs, 'run')}:"
        return "\n".join([heading, *(f"  {suspect}" for suspect in self.suspects)])

    __str__ = __repr__


class Watch:
    """Looks at the heap from time to time: by hand with `look`, or by a thread between `start` and `stop`.

    .. code-block:: python

        watcher = gclab.Watch(every=30).start()  # in a service that runs
        ...
        print(watcher.stop())

    Args:
        every: seconds between two looks of the thread.

    """

    def __init__(self, every: float = 60.0) -> None:
        if every <= 0:
            raise GclabError("every= must be more than 0 seconds")
        self._every = every
        self._samples: list[bytes] = []
        self._seconds = 0.0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Take one sample: a full collection and a count of all objects. The program waits meanwhile."""
        started = time.perf_counter()
        self._samples.append(sample())
        self._seconds += time.perf_counter() - started

    def start(self) -> Self:
        """Begin to look, now and after each period, in a thread of its own."""
        if self._thread is not None:
            raise GclabError("this watch has been started already")
        self._thread = threading.Thread(target=self._run, name="gclab-watch", daemon=True)
        self.look()
        self._thread.start()
        return self

    def stop(self) -> Report:
        """Look a last time and report; the thread ends."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.look()
        return self.report()

    def report(self) -> Report:
        """Say what has grown until now.

        Raises:
            GclabError: there were too few looks for any confidence.

        """
        runs = len(self._samples) - 1
        if runs < _FEWEST_RUNS:
            seen = plural(max(runs, 0), "run")
            raise GclabError(f"there is too little to compare: {seen}, and at least {_FEWEST_RUNS} are needed")
        with at_rest():
            suspects = [suspect_of(growth) for growth in grown(self._samples)]
        suspects.sort(key=lambda suspect: not suspect.native)
        return Report(tuple(suspects[:_MOST_SUSPECTS]), runs, self._seconds)

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.look()


def watch(workload: Callable[[], object], *, runs: int = 10) -> Report:
    """Run `workload` several times and tell which classes have more objects alive after each run.

    Args:
        workload: does the same work each time; what it returns is dropped. Two more runs before the first look let
            caches fill.
        runs: how many runs are compared, at least 5.

    Raises:
        GclabError: too few runs.

    """
    if runs < _FEWEST_RUNS:
        raise GclabError(f"runs= must be at least {_FEWEST_RUNS}: with fewer, chance alone grows too often")
    watching = Watch()
    for _ in range(_WARM_UP):
        workload()
    watching.look()
    for _ in range(runs):
        workload()
        watching.look()
    return watching.report()


def suspect_of(growth: Growth) -> Suspect:
    """Ask the newest object of a class that grows why it is alive."""
    newest = next((item for item in reversed(gc.get_objects()) if class_name(type(item)) == growth.name), None)
    if newest is None:
        return Suspect(growth, None)
    total = sys.getrefcount(newest) - 2  # the variable here, and the argument
    found = chains(newest, total, sys._getframe().f_back, most=2)  # noqa: SLF001
    hidden = next((chain for chain in found if chain.kind == "unreported"), None)
    native = tuple(_natives(newest)) if hidden else ()
    return Suspect(growth, hidden or next(iter(found), None), native)


def _natives(item: object) -> Iterator[str]:
    """Yield the native classes that the references of `item` lead to, the nearest first."""
    seen, names = {id(item)}, set[str]()
    queue: deque[Any] = deque([item])
    while queue and len(seen) < _MOST_STEPS:
        here = queue.popleft()
        name = class_name(type(here))
        if is_native(type(here)) and name not in names:
            names.add(name)
            yield name
        for _, part in references(here)[0]:
            if id(part) not in seen and not isinstance(part, type):
                seen.add(id(part))
                queue.append(part)
