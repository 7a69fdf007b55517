"""The factory under test, and the fresh object that it is given."""

from __future__ import annotations

import gc
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gclab.errors import FactoryError
from gclab.graphs.rest import collector_at_rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["CHECK", "Probe", "at_rest", "call", "close", "names_of", "owners_of", "set_free"]

CHECK = "Give a function that passes its argument to the object under test and returns that object."


class Probe:
    """What a factory gets: it can be called, hashed and weakly referenced, and takes any attribute."""

    owner: Any

    def __call__(self, *_args: object, **_kwargs: object) -> None:
        """Do nothing, so that a probe can stand where a callback is wanted."""


@contextmanager
def at_rest() -> Iterator[None]:
    """Collect what is garbage already, and let no automatic collection come in between."""
    with collector_at_rest():
        gc.collect()
        yield


def call(factory: Callable[[Any], object], fresh: object) -> object:
    """Call the factory, and refuse what cannot be an owner.

    Raises:
        FactoryError: the factory refused its argument, or returned nothing or the argument itself.

    """
    try:
        made = factory(fresh)
    except TypeError as failed:
        raise FactoryError(
            f"the factory failed with the probe object as its argument: {failed}. A class needs a constructor "
            '(`#[new]`, or `new = "from_fields"`) that takes it; if it wants another kind of argument, wrap it: '
            "lambda probe: Session([probe]), or let probe= make that kind of object. If a method takes "
            "it, write a function that makes the owner, calls the method and returns the owner."
        ) from failed
    if made is None:
        raise FactoryError(f"the factory returned None, so there is no owner to look at. {CHECK}")
    if made is fresh or (type(made) is list and any(item is fresh for item in made)):
        what = "the probe object itself" if made is fresh else "a list with the probe object as one of the owners"
        raise FactoryError(f"the factory returned {what}. {CHECK}")
    return made


def close(fresh: Any, made: object) -> weakref.ref[Any]:  # noqa: ANN401 - anything that takes an attribute
    """Let the probe object own what was made of it, and return a weak reference to it.

    Raises:
        FactoryError: the probe object takes no attribute or no weak reference.

    """
    try:
        fresh.owner = made
        return weakref.ref(fresh)
    except (AttributeError, TypeError) as failed:
        raise FactoryError(
            f"{type(fresh).__name__} cannot be a probe: {failed}. It must take the attribute `owner` and allow weak "
            "references: use a class without __slots__."
        ) from failed


def set_free(survivor: Any) -> None:  # noqa: ANN401
    """Break the cycle of a probe object that outlived its question."""
    del survivor.owner
    getattr(survivor, "__dict__", {}).clear()


def owners_of(made: object) -> list[Any]:
    """Return the owners: a list that the factory returns stands for objects that share the probe."""
    return made if type(made) is list and made else [made]


def names_of(made: object) -> str:
    """Return the class of the owner; of all owners, each class once, if the factory returned a list."""
    return " and ".join(dict.fromkeys(type(owner).__name__ for owner in owners_of(made)))
