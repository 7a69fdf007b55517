"""`gclab.probe` tells whether the collector frees a cycle through an object."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.errors import FactoryError
from gclab.graphs.counts import COUNTS_MEAN_NOTHING
from gclab.leaks.factory import CHECK, Probe, at_rest, call, close, names_of, set_free
from gclab.leaks.roots import root_of

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable
    from types import FrameType

__all__ = ["Probe", "ProbeResult", "probe"]

_COLLECTIONS: Final = 4  # a finaliser or `tp_clear` may set the next object free only for the next collection


@dataclass(frozen=True, repr=False)
class ProbeResult:
    """The answer of `probe`; true if the cycle was collected.

    Attributes:
        collected: whether the probe object is gone.
        owner: the name of the owner's class, or of the classes.
        collections: how many times the collector ran.

    """

    collected: bool
    owner: str
    collections: int

    def __bool__(self) -> bool:
        return self.collected

    def __repr__(self) -> str:
        cycle = f"{self.owner} -> probe -> {self.owner}"
        if self.collected:
            return f"collected: the cycle {cycle} was freed"
        return (
            f"leaked: the cycle {cycle} is still alive after {self.collections} full collections, and no Python object "
            "outside refers to it: a reference in the cycle is not reported by its owner, or not cleared"
        )

    __str__ = __repr__


def probe(factory: Callable[[Any], object], *, probe: Callable[[], Any] = Probe) -> ProbeResult:
    """Tell whether the collector frees a cycle through the object that `factory` makes.

    The fresh probe object is given to the factory; then ``probe.owner = owner`` closes the cycle, everything else is
    dropped, and the collector runs. A probe that is still alive after that leaked; its attributes are then cleared,
    so that the question itself leaks nothing.

    Args:
        factory: takes the probe object, returns the object that now owns it, or a list of objects that share it.
        probe: makes the probe object; by default it can be called, hashed and weakly referenced.

    Raises:
        FactoryError: the factory refused its argument, returned nothing, made an object that does not hold the
            probe, or keeps the probe or the owner somewhere else.

    """
    with at_rest():
        watch, owner = _close_cycle(factory, probe)
        collections = 0
        while watch() is not None and collections < _COLLECTIONS:
            gc.collect()
            collections += 1
        if watch() is not None:
            _break(watch, owner, sys._getframe().f_back)  # noqa: SLF001 - its variables may hold the probe
            return ProbeResult(collected=False, owner=owner, collections=collections)
        return ProbeResult(collected=True, owner=owner, collections=collections)


def _close_cycle(factory: Callable[[Any], object], make: Callable[[], Any]) -> tuple[weakref.ref[Any], str]:
    """Make probe and owner, let them refer to each other, and keep only a weak reference."""
    fresh = make()
    before = sys.getrefcount(fresh)
    made = call(factory, fresh)
    if not COUNTS_MEAN_NOTHING and sys.getrefcount(fresh) <= before:
        raise FactoryError(
            f"the {names_of(made)} that the factory returned does not hold the probe object: its reference count did "
            f"not grow, so there is no cycle to collect. {CHECK}"
        )
    return close(fresh, made), names_of(made)


def _break(watch: weakref.ref[Any], owner: str, caller: FrameType | None) -> None:
    """Break the cycle of a probe that is alive; say so if something outside holds it."""
    survivor = watch()
    if survivor is None:
        return
    holder = root_of(survivor, caller)
    set_free(survivor)
    if holder:
        raise FactoryError(
            f"{holder} still refers to the probe object or to the {owner}, so they may not be freed. Let the factory "
            "keep nothing: no global list, no cache, no default argument."
        )
