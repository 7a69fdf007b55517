"""`gclab.probe` tells whether the collector frees a cycle through an object."""

from __future__ import annotations

import gc
import sys
import sysconfig
import types
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.errors import FactoryError
from gclab.graphs import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

__all__ = ["Probe", "ProbeResult", "probe"]

_COLLECTIONS: Final = 4  # a finaliser or `tp_clear` may set the next object free only for the next collection
_COUNTS: Final = not sysconfig.get_config_var("Py_GIL_DISABLED")
_MOST_HOLDERS: Final = 2000
_CHECK: Final = "Give a function that passes its argument to the object under test and returns that object."


class Probe:
    """What a factory gets: it can be called, hashed and weakly referenced, and takes any attribute."""

    owner: Any

    def __call__(self, *_args: object, **_kwargs: object) -> None:
        """Do nothing, so that a probe can stand where a callback is wanted."""


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
    with _collector_at_rest():
        watch, owner = _close_cycle(factory, probe)
        collections = 0
        while watch() is not None and collections < _COLLECTIONS:
            gc.collect()
            collections += 1
        if watch() is not None:
            _break(watch, owner, sys._getframe().f_back)  # noqa: SLF001 - its variables may hold the probe
            return ProbeResult(collected=False, owner=owner, collections=collections)
        return ProbeResult(collected=True, owner=owner, collections=collections)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let no automatic collection come in between, and restore the collector's state."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        gc.collect()
        yield
    finally:
        if enabled:
            gc.enable()


def _close_cycle(factory: Callable[[Any], object], make: Callable[[], Any]) -> tuple[weakref.ref[Any], str]:
    """Make probe and owner, let them refer to each other, and keep only a weak reference."""
    fresh = make()
    before = sys.getrefcount(fresh)
    made = _call(factory, fresh)
    if made is None:
        raise FactoryError(f"the factory returned None, so there is no owner to look at. {_CHECK}")
    if made is fresh or (type(made) is list and any(item is fresh for item in made)):
        raise FactoryError(f"the factory returned the probe object itself, not its owner. {_CHECK}")
    if _COUNTS and sys.getrefcount(fresh) <= before:
        raise FactoryError(
            f"the {_names(made)} that the factory returned does not hold the probe object: its reference count did "
            f"not grow, so there is no cycle to collect. {_CHECK}"
        )
    try:
        fresh.owner = made
        return weakref.ref(fresh), _names(made)
    except (AttributeError, TypeError) as failed:
        raise FactoryError(
            f"{type(fresh).__name__} cannot be a probe: {failed}. It must take the attribute `owner` and allow weak "
            "references: use a class without __slots__."
        ) from failed


def _call(factory: Callable[[Any], object], fresh: object) -> object:
    try:
        return factory(fresh)
    except TypeError as failed:
        raise FactoryError(
            f"the factory failed with the probe object as its argument: {failed}. A class needs a constructor "
            '(`#[new]`, or `new = "from_fields"`) that takes it; if it wants another kind of argument, wrap it: '
            "gclab.probe(lambda probe: Session([probe])), or let probe= make that kind of object."
        ) from failed


def _names(made: object) -> str:
    """Return the class of the owner; of all owners, each class once, if the factory returned a list."""
    owners = made if type(made) is list and made else [made]
    return " and ".join(dict.fromkeys(type(owner).__name__ for owner in owners))


def _break(watch: weakref.ref[Any], owner: str, caller: FrameType | None) -> None:
    """Break the cycle of a probe that is alive; say so if something outside holds it."""
    survivor = watch()
    if survivor is None:
        return
    holder = _held_outside(survivor, caller)
    del survivor.owner
    getattr(survivor, "__dict__", {}).clear()
    if holder:
        raise FactoryError(
            f"a {holder} outside still refers to the probe object or to the {owner}, so they may not be freed. Let "
            "the factory keep nothing: no global list, no cache, no default argument."
        )


def _held_outside(survivor: Probe, caller: FrameType | None) -> str:
    """Return the class of the object through which a variable still reaches the cycle; empty if none does.

    Goes up from the cycle, owner by owner, to a module, a class or a variable of a running function. What only a
    native object owns is reached from none of them.
    """
    variables = {key for frame in frames.chain(caller) for key in frames.all_ids(frame)}
    made = survivor.owner
    level = [survivor, made, *(made if type(made) is list else [])]
    names = {id(item): "" for item in level}
    modules = {id(vars(module)) for module in list(sys.modules.values()) if isinstance(module, types.ModuleType)}
    while level and len(names) < _MOST_HOLDERS:
        above: list[Any] = []
        for item in level:
            if id(item) in variables or id(item) in modules or isinstance(item, type):
                return names[id(item)] or "variable"
            for holder in gc.get_referrers(item):
                if id(holder) not in names and holder is not level and holder is not above:
                    names[id(holder)] = names[id(item)] or type(holder).__name__
                    above.append(holder)
        level = above
    return ""
