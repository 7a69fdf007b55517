"""The variables of running functions: references that the collector does not see.

A function that runs keeps its variables in its frame, which `gc.get_objects` does not list.
"""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gclab.graphs.references import referents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

__all__ = ["Names", "all_ids", "chain", "direct_ids", "ids_of", "named", "values_of", "variables"]

_CACHES = re.compile(r"_+\Z|_\d+\Z|_i+\d*\Z|_oh\Z|_dh\Z|_ih\Z|@|\.|__\w+__\Z")


@dataclass
class Names:
    """The names of variables that hold one object.

    Attributes:
        direct: variables in frames, which no tracked object reports.
        indirect: globals, class bodies and closures: a dictionary or a cell reports the same reference.

    """

    direct: list[str] = field(default_factory=list)
    indirect: list[str] = field(default_factory=list)


def chain(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield `frame` and its callers."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def named(caller: FrameType) -> dict[int, Names]:
    """Return, by the id of the object, the variables that `caller` sees or its own module's functions hold.

    Names that IPython, pytest and Python itself make (``_``, ``_12``, ``__file__``, ``@py_assert1``) are left out.
    """
    found: dict[int, Names] = {}
    module = caller.f_globals
    for frame in chain(caller):
        if frame.f_globals is module and frame.f_code.co_name != "<module>":
            where = "" if frame is caller else f" in {frame.f_code.co_name}"
            _add(found, frame, where)
        elif frame.f_globals is module:
            _add_hidden(found, frame)
    for name, value in list(module.items()):
        if not _CACHES.match(name):
            found.setdefault(id(value), Names()).indirect.append(name)
    return found


def _add(found: dict[int, Names], frame: FrameType, where: str) -> None:
    direct = set(_fast_names(frame))
    for name, key in _snapshot(frame):
        if _CACHES.match(name):
            continue
        names = found.setdefault(key, Names())
        if name in direct:
            kind = names.direct
        elif name in names.indirect:
            continue  # the same cell, seen from an inner and an outer function
        else:
            kind = names.indirect
        kind.append(name + where if name in direct else name)


def _add_hidden(found: dict[int, Names], frame: FrameType) -> None:
    """Add the variables of comprehensions at module level, which CPython 3.12 keeps in the module's frame."""
    for name, key in _hidden(frame):
        found.setdefault(key, Names()).direct.append(name)


def _hidden(frame: FrameType) -> list[tuple[str, int]]:
    if frame.f_locals is frame.f_globals or frame.f_code.co_name != "<module>":
        return []
    outside = frame.f_globals
    return [(name, key) for name, key in _snapshot(frame) if id(outside.get(name, _ABSENT)) != key]


_ABSENT = object()


def direct_ids(frame: FrameType) -> list[int]:
    """Return the id of the object in each variable that lies in the frame itself."""
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        direct = set(_fast_names(frame))
        return [key for name, key in _snapshot(frame) if name in direct]
    return [key for _, key in _hidden(frame)]


def all_ids(frame: FrameType) -> list[int]:
    """Return the id of the object in each variable that `frame` sees, closures included."""
    return [key for _, key in _snapshot(frame)]


def variables(frame: FrameType) -> list[tuple[str, int]]:
    """Return the variables that lie in the frame itself: each name, and the id of the object that it holds."""
    direct = set(_fast_names(frame))
    return [(name, key) for name, key in _snapshot(frame) if name in direct]


def values_of(frame: FrameType) -> dict[str, int]:
    """Return, by name, the id of the object in each variable that `frame` sees, globals included."""
    known = {name: id(value) for name, value in list(frame.f_globals.items())}
    return known | dict(_snapshot(frame))


def ids_of(frame: FrameType, names: tuple[str, ...]) -> list[int]:
    """Return the ids of the objects that the variables `names` of `frame` hold, and of what a starred one contains."""
    flags = frame.f_code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
    starred = names[-flags.bit_count() :] if flags else ()
    return [key for name, key in _snapshot(frame, starred) if name in names]


def _fast_names(frame: FrameType) -> tuple[str, ...]:
    code = frame.f_code
    if not code.co_flags & inspect.CO_OPTIMIZED:
        return ()
    return tuple(name for name in code.co_varnames if name not in code.co_cellvars)


def _snapshot(frame: FrameType, starred: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    """Return name and id of the frame's variables, and of what `starred` ones contain; leave no snapshot behind.

    Before CPython 3.13, reading ``f_locals`` of a running function fills a dictionary that the frame keeps
    (PEP 667): it would add a reference to every variable. It is emptied again, unless somebody else uses it:
    a debugger, or a program that keeps the result of ``locals()``.
    """
    values: Mapping[str, Any] = frame.f_locals
    found = [(name, id(value)) for name, value in values.items()]
    for name in starred:
        found += [(name, id(part)) for part in referents(values.get(name))]
    copied = sys.version_info < (3, 13) and frame.f_code.co_flags & inspect.CO_OPTIMIZED
    traced = frame.f_trace is not None or sys.gettrace() is not None
    if copied and not traced and isinstance(values, dict) and sys.getrefcount(values) == _kept_by_frame():
        values.clear()
    return found


def _kept_by_frame() -> int:
    """Return the count of a dictionary that a frame and one local variable hold, on this interpreter."""
    alone: dict[str, object] = {}
    return sys.getrefcount(alone) + 1
