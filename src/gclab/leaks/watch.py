"""`gclab.watch` tells which classes grow while a program works, who holds their objects, and whom to suspect."""

from __future__ import annotations

import inspect
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gclab.errors import GclabError
from gclab.graphs.model import plural
from gclab.leaks.samples import grown, sample
from gclab.leaks.suspects import Suspect, suspects_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

__all__ = ["Report", "Watch", "watch"]

_WARM_UP: Final = 2
FEWEST_RUNS: Final = 5  # with fewer, chance alone grows too often for any confidence
_MOST_SUSPECTS: Final = 10
_FILLING: Final = "A cache that is still filling grows as well: more runs tell it from a leak."


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
        classes = plural(sum(1 + len(suspect.others) for suspect in self.suspects), "class")
        heading = f"{classes} grew in {plural(self.runs, 'run')}:"
        hint = [] if all(suspect.native for suspect in self.suspects) else [_FILLING]
        return "\n".join([heading, *(f"  {suspect}" for suspect in self.suspects), *hint])

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
        """Take one sample: a full collection and a count of all objects. The program waits meanwhile.

        That took about 0.15 seconds with 100,000 tracked objects and 1.5 with a million (``benches/leaks.py``).
        """
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
        if runs < FEWEST_RUNS:
            seen = plural(max(runs, 0), "run")
            raise GclabError(f"there is too little to compare: {seen}, and at least {FEWEST_RUNS} are needed")
        return Report(tuple(suspects_of(grown(self._samples)[:_MOST_SUSPECTS])), runs, self._seconds)

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.look()


def watch(workload: Callable[[], object], *, runs: int = 10, report: Callable[[str], None] = lambda _: None) -> Report:
    """Run `workload` several times and tell which classes have more objects alive after each run.

    Args:
        workload: does the same work each time; what it returns is dropped. Two more runs before the first look let
            caches fill.
        runs: how many runs are compared, at least 5. A cache that is still filling grows, too; more runs tell.
        report: is told in words how far it is.

    Raises:
        GclabError: too few runs, or `workload` only starts when it is awaited.

    """
    if runs < FEWEST_RUNS:
        raise GclabError(f"runs= must be at least {FEWEST_RUNS}: with fewer, chance alone grows too often")
    watching = Watch()
    for number in range(_WARM_UP + runs):
        report(f"run {number + 1} of {_WARM_UP + runs}")
        made = workload()
        if inspect.iscoroutine(made):
            made.close()
            raise GclabError("the workload is async: give a function that runs it, as `lambda: asyncio.run(handle())`")
        del made
        if number >= _WARM_UP - 1:
            watching.look()
    report("asking why objects are alive")
    return watching.report()
