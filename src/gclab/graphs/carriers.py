"""Objects outside the picture that nobody who can be seen owns.

A native object that stores ``editor.refresh`` owns a bound method. The method is a tracked object and reports its
``__self__``, so the editor's reference is known; the method's own is not. The same holds for a list of listeners, or
for a listener that refers to the editor. What leads only to such an object is unexplained, and the picture says
through what.
"""

from __future__ import annotations

import functools
import gc
import inspect
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gclab.graphs import calls
from gclab.graphs.instances import is_instance_dict
from gclab.graphs.labels import class_vars, is_a, mro, safe_text, type_name
from gclab.graphs.references import reference_counts, referents
from gclab.graphs.walk import is_of_python, is_own_class

if TYPE_CHECKING:
    from collections import Counter
    from types import FrameType

__all__ = ["Lost", "lost"]

_CARRIERS: Final = (types.MethodType, types.FunctionType, types.CellType, functools.partial)
_CONTAINERS: Final = (tuple, list, dict, set, frozenset)
_RESUMED: Final = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
_CALLED: Final = (types.MethodType, types.FunctionType, functools.partial)
_MOST_STEPS: Final = 6  # from a value over cell, closure and function to a partial and its arguments
_MOST_CARRIERS: Final = 200
_ON_STACK: Final = ("__exit__", "__aexit__")  # a `with` statement holds this method on the evaluation stack
_STARTS_THREAD: Final = "_bootstrap"  # the method of `threading.Thread` that a running thread's C code holds


@dataclass(frozen=True)
class Lost:
    """What the owners of one object are called that nobody known owns; once for each reference.

    Attributes:
        surely: owners that CPython itself never holds unseen.
        perhaps: dictionaries and generators: a thread's own data or a running loop may hold one, and nobody can tell.

    """

    surely: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()


def lost(
    owners: list[list[int]], found: list[object], frame_ids: Counter[int], known: set[int], caller: FrameType
) -> list[Lost]:
    """Return, for each object, what its owners are called that nobody known owns.

    Args:
        owners: for each object of the picture, the ids of the owners outside it.
        found: the same owners; the list is taken over and emptied.
        frame_ids: how many variables of running functions hold an object, by id.
        known: ids of the values in closure variables, and of the namespaces, of running functions.
        caller: the frame that called `gclab.graph`.

    """
    found[:] = [owner for owner in found if _is_carrier(owner)]
    up, totals = _climb(found)
    judged = [(item, id(item)) for item in found if id(item) in up]
    open_ends = {key for _, key in judged if not frame_ids[key] and totals[key] > len(up[key])}
    # C code that the program called, or an unfinished expression, may hold a container unseen.
    busy = bool(open_ends) and (calls.in_native_call(caller) or calls.in_expression(caller))
    unknown = {key for item, key in judged if key in open_ends and not _normal(item, known, busy=busy)}
    doubtful = {key for item, key in judged if key in open_ends and _is_doubtful(item, known, busy=busy)}
    sure = _spread(up, totals, unknown, frame_ids)
    unsure = _spread(up, totals, unknown | doubtful, frame_ids) - sure
    names = {id(item): _name(item) for item in found}
    found.clear()
    return [
        Lost(
            tuple(_nearest(owner, up, names) for owner in one if owner in sure),
            tuple(_nearest(owner, up, names) for owner in one if owner in unsure),
        )
        for one in owners
    ]


def _climb(found: list[object]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Add to `found` the carriers of carriers; return the owners of each one that was asked for, and all counts.

    Of too many carriers, and of those too far up, the owners are not asked for: nothing is said of them.
    """
    up: dict[int, list[int]] = {}
    for _ in range(_MOST_STEPS):
        asked = tuple(found[len(up) : _MOST_CARRIERS])
        if not asked:
            break
        _add_owners(found, asked, up)
        del asked
    return up, dict(zip(map(id, found), reference_counts(found), strict=True))


def _add_owners(found: list[object], asked: tuple[object, ...], up: dict[int, list[int]]) -> None:
    up.update((id(item), []) for item in asked)
    known = set(map(id, found))
    here = set(map(id, asked))
    for owner in gc.get_referrers(*asked):
        if owner is found or owner is asked:
            continue
        parts = [id(part) for part in referents(owner) if id(part) in here]
        for part in parts:
            up[part].append(id(owner))
        if parts and id(owner) not in known and _is_carrier(owner):
            known.add(id(owner))
            found.append(owner)


def _is_carrier(item: object) -> bool:
    """Tell whether `item` is judged by who owns it: what programs pass around, not what holds a program together.

    The namespace of a module belongs to the frames that run in it, and objects of the standard library's classes are
    held by CPython's own C code in many places.
    """
    if is_a(item, (*_CARRIERS, *_RESUMED)):
        return True
    if type(item) in _CONTAINERS:
        return not (type(item) is dict and "__name__" in item)
    cls = type(item)
    return is_own_class(cls) and not any("__next__" in class_vars(base) for base in mro(cls))


def _normal(item: object, known: set[int], *, busy: bool) -> bool:
    """Tell whether CPython itself may hold `item` unseen: a closure in use, the manager of a `with`, a hook."""
    if is_a(item, types.CellType):
        return any(id(content) in known for content in referents(item))
    if isinstance(item, types.MethodType):
        name = getattr(item, "__name__", "")
        return name in _ON_STACK or name == _STARTS_THREAD or item in sys.get_asyncgen_hooks()
    if type(item) is dict or is_a(item, _RESUMED):
        return True
    return (busy and not is_a(item, _CALLED)) or _is_list_of_hooks(item)


def _is_list_of_hooks(item: object) -> bool:
    """Tell whether a list is one in which CPython itself keeps what to call: what is run at a fork, for example."""
    functions = (part for part in referents(item) if type(item) is list and is_a(part, types.FunctionType))
    return any(is_of_python(str(function.__globals__.get("__name__"))) for function in functions)


def _is_doubtful(item: object, known: set[int], *, busy: bool) -> bool:
    """Tell whether `item` is a dictionary or a waiting generator for which no honest owner can be named.

    The namespaces of running functions have one, and so has that of an instance: the instance.
    """
    if busy:
        return False
    if type(item) is dict:
        return id(item) not in known and not is_instance_dict(item)
    return is_a(item, types.GeneratorType) and inspect.getgeneratorstate(item) == inspect.GEN_SUSPENDED


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
