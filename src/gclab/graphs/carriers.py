"""Objects outside the picture that nobody who can be seen owns.

A native object that stores ``editor.refresh`` owns a bound method. The method is a tracked object and reports its
``__self__``, so the editor's reference is known; the method's own is not. The same holds for a list of listeners, or
for a listener that refers to the editor. What leads only to such an object is unexplained, and the picture says
through what.
"""

from __future__ import annotations

import functools
import gc
import sys
import types
from typing import TYPE_CHECKING, Final

from gclab.graphs.labels import class_vars, is_a, mro, safe_text, type_name
from gclab.graphs.walk import is_own_class

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["lost"]

_CARRIERS: Final = (types.MethodType, types.FunctionType, types.CellType, functools.partial)
_CONTAINERS: Final = (tuple, list, dict)
_CALLED: Final = (types.MethodType, types.FunctionType, functools.partial)
_MOST_STEPS: Final = 6  # from a value over cell, closure and function to a partial and its arguments
_MOST_CARRIERS: Final = 200
_ON_STACK: Final = ("__exit__", "__aexit__")  # a `with` statement holds this method on the evaluation stack
_STARTS_THREAD: Final = "_bootstrap"  # the method of `threading.Thread` that a running thread's C code holds


def lost(
    owners: list[list[int]], found: list[object], frame_ids: Counter[int], cells: set[int], *, busy: bool
) -> list[list[str]]:
    """Return, for each object, what its owners are called that nobody known owns; once for each reference.

    Args:
        owners: for each object of the picture, the ids of the owners outside it.
        found: the same owners; the list is taken over and emptied.
        frame_ids: how many variables of running functions hold an object, by id.
        cells: ids of the values in closure variables of running functions.
        busy: whether C code that the program called is in progress; it may hold a list or an object unseen.

    """
    found[:] = [owner for owner in found if _is_carrier(owner)]
    up, totals = _climb(found)
    unknown = {
        key
        for item, key in zip(found, up, strict=True)
        if not frame_ids[key] and totals[key] > len(up[key]) and not _normal(item, cells, busy=busy)
    }
    lost_ids = _spread(up, totals, unknown, frame_ids)
    names = {id(item): _name(item) for item in found}
    found.clear()
    return [[_nearest(owner, up, names) for owner in one if owner in lost_ids] for one in owners]


def _climb(found: list[object]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Add to `found` the carriers of carriers; return each one's owners and its reference count."""
    up: dict[int, list[int]] = {id(item): [] for item in found}
    level = 0
    for _ in range(_MOST_STEPS):
        first, level = level, len(found)
        if first == level or level > _MOST_CARRIERS:
            break
        _add_owners(found, first, up)
    found.append(object())  # one that only the list holds, to measure the measuring
    counts = [sys.getrefcount(item) for item in found]
    found.pop()
    own = counts.pop()
    return up, {id(item): count - own for item, count in zip(found, counts, strict=True)}


def _add_owners(found: list[object], first: int, up: dict[int, list[int]]) -> None:
    asked = tuple(found[first:])
    here = {id(item) for item in asked}
    for owner in gc.get_referrers(*asked):
        if owner is found or owner is asked:
            continue
        for part in gc.get_referents(owner):
            if id(part) in here:
                up[id(part)].append(id(owner))
        if _is_carrier(owner) and id(owner) not in up:
            up[id(owner)] = []
            found.append(owner)


def _is_carrier(item: object) -> bool:
    """Tell whether `item` is judged by who owns it: what programs pass around, not what holds a program together.

    The namespace of a module belongs to the frames that run in it, and objects of the standard library's classes are
    held by CPython's own C code in many places.
    """
    if is_a(item, _CARRIERS):
        return True
    if type(item) in _CONTAINERS:
        return not (type(item) is dict and "__name__" in item)
    cls = type(item)
    return is_own_class(cls) and not any("__next__" in class_vars(base) for base in mro(cls))


def _normal(item: object, cells: set[int], *, busy: bool) -> bool:
    """Tell whether CPython itself may hold `item` unseen: a closure in use, the manager of a `with`, a hook."""
    if is_a(item, types.CellType):
        return any(id(content) in cells for content in gc.get_referents(item))
    if isinstance(item, types.MethodType):
        name = getattr(item, "__name__", "")
        return name in _ON_STACK or name == _STARTS_THREAD or item in sys.get_asyncgen_hooks()
    if type(item) is dict:
        return True  # a namespace or keyword arguments in use; that of an instance is judged by the instance
    return busy and not is_a(item, (*_CALLED, tuple))


def _spread(up: dict[int, list[int]], totals: dict[int, int], unknown: set[int], frame_ids: Counter[int]) -> set[int]:
    """Return `unknown`, without those that somebody known owns too, and all that only lost carriers own."""
    found: set[int] = set()
    for _ in range(_MOST_STEPS):
        found = {
            key
            for key, owners in up.items()
            if (key in unknown or (owners and totals[key] == len(owners) and not frame_ids[key]))
            and all(owner in found for owner in owners)
        }
    return found


def _nearest(owner: int, up: dict[int, list[int]], names: dict[int, str]) -> str:
    """Return the name of the first method or function on the way up; else of `owner`, or of whose namespace it is."""
    way = [owner]
    while len(way) < _MOST_STEPS and up[way[-1]] and " " not in names[way[-1]]:
        way.append(up[way[-1]][0])
    if " " in names[way[-1]]:
        return names[way[-1]]
    return next((names[place] for place in way if names[place] != "dict"), "dict")


def _name(item: object) -> str:
    text = safe_text(item) if is_a(item, _CALLED) else ""
    return f"{type_name(type(item))} {text}".rstrip()
