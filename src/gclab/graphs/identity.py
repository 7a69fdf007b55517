"""Which objects of two pictures are the same object, told without keeping one alive.

Each object that allows weak references gets a serial number at its first picture. The number belongs to the object
as long as it lives, and never to another one. For an object that allows no weak reference (a list, a dict, most
native objects) there is no such proof: its address and its class must do, and another object of that class may have
taken the address in between.
"""

from __future__ import annotations

import itertools
import weakref
from typing import Any, Final

__all__ = ["Identity", "Mark", "alive", "identify", "proven"]

Identity = tuple[int, ...]
"""Equal for the same object: its serial number, or its address and the serial number of its class."""


class Mark(weakref.ref[Any]):
    """gclab's own weak reference. Python shares plain ones, so a class of its own tells them from the program's."""

    __slots__ = ()


_serials: Final = itertools.count(1)
_marked: dict[int, tuple[Mark, int]] = {}  # by address


def identify(items: list[object]) -> list[Identity]:
    """Return the identity of each object.

    Objects that are gone are forgotten first: after that, a number at the address of a live object is its own.
    """
    for address in [address for address, (mark, _) in _marked.items() if mark() is None]:
        del _marked[address]
    return [_of(item) for item in items]


def _of(item: object) -> Identity:
    serial = _serial(item)
    return (serial,) if serial else (id(item), _serial(type(item)))


def _serial(item: object) -> int:
    """Return the number of an object, a new one if it has none yet; 0 if it allows no weak reference."""
    known = _marked.get(id(item))
    if known:
        return known[1]
    try:
        mark = Mark(item)
    except TypeError:
        return 0
    number = next(_serials)
    _marked[id(item)] = mark, number
    return number


def proven(identity: Identity) -> bool:
    """Tell whether equal identities prove that two objects are one."""
    return len(identity) == 1


def alive(identity: Identity) -> bool | None:
    """Tell whether an object still exists; None if nobody can tell."""
    if not proven(identity):
        return None
    return any(number == identity[0] and mark() is not None for mark, number in list(_marked.values()))
