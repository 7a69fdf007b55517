"""Why an object has the reference count that it has.

A count is explained step by step: arrows of the picture, the caller's variables, references from tracked objects
outside the picture, variables of all other running functions. The rest is unexplained, unless CPython itself may
hold it: then it is uncertain. A wrong accusation would be worse than a missed one.
"""

from __future__ import annotations

import contextvars
import gc
import sys
import sysconfig
import threading
import types
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Final

from gclab.graphs import calls, carriers, frames
from gclab.graphs.instances import is_instance_dict
from gclab.graphs.labels import class_vars, is_a, mro
from gclab.graphs.model import Count
from gclab.graphs.references import reference_counts, referents
from gclab.graphs.walk import HAVE_GC, is_of_python, is_shared, package_of, refers_to_containers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType, FrameType

    from gclab.graphs.walk import Walk

__all__ = ["COUNTS_MEAN_NOTHING", "HELD_BY_CPYTHON", "explain"]

COUNTS_MEAN_NOTHING: Final = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
"""Free-threaded CPython defers and splits reference counts (PEP 703), so a count says nothing about owners."""

_FROZEN_AT_START: Final = 1000  # CPython 3.12 itself freezes some hundred objects before any program runs
_FEW: Final = 500
_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())  # held by the C code that waits for them
HELD_BY_CPYTHON: Final = (
    type, types.ModuleType, types.CellType, types.FrameType, types.TracebackType, types.CodeType, BaseException,
    types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, _LOCK, _RLOCK, contextvars.ContextVar,
    types.BuiltinFunctionType,
)  # fmt: skip
"""Threads, frames, tracebacks and caches hold objects of these types without reporting it."""


def explain(found: Walk, roots: tuple[object, ...], caller: FrameType, *, plain: bool) -> list[Count | None]:
    """Return the explanation of each object's count, in the order of `found.objects`; None if a count means nothing.

    Args:
        found: the objects and arrows of the picture.
        roots: the arguments of `gclab.graph`.
        caller: the frame that called it.
        plain: whether it was called from Python code directly, so that C code holds no second copy of `roots`.

    """
    totals = _totals(found.objects, roots, plain=plain)
    if COUNTS_MEAN_NOTHING:
        return [None] * len(totals)
    drawn = Counter(target for _, target, _ in found.edges)
    names = frames.named(caller)
    held = [names.get(id(item), frames.Names()) for item in found.objects]
    shared = [is_shared(item) for item in found.objects]
    rest = [0 if shared[n] else total - drawn[n] - len(held[n].direct) for n, total in enumerate(totals)]
    owners, outside = _reported(found.objects, rest, {id(found.objects), id(roots), *found.folded})
    frame_ids, known = _frame_ids(caller) if any(left > 0 for left in rest) else (Counter(), set())
    lost = carriers.lost(owners, outside, frame_ids, known, caller)
    slack_of = _Slack(found.objects, caller, given=() if plain else roots)
    counts: list[Count | None] = []
    for n, total in enumerate(totals):
        running = max(0, frame_ids[id(found.objects[n])] - len(held[n].direct))
        seen = len(owners[n]) - len(lost[n].surely) - len(lost[n].perhaps)
        indirect = held[n].indirect[:seen]
        over = max(0, rest[n] - seen - running)
        perhaps = lost[n].perhaps[:over]
        unexplained = max(0, over - len(perhaps) - slack_of(n)) if over > len(perhaps) else 0
        through = lost[n].surely[:unexplained]
        variables = (*held[n].direct, *indirect)
        elsewhere = seen - len(indirect) + running
        count = Count(total, drawn[n], variables, elsewhere, unexplained, over - unexplained, through, perhaps)
        counts.append(None if shared[n] else count)
    return counts


def _totals(objects: list[object], roots: tuple[object, ...], *, plain: bool) -> list[int]:
    """Return each object's count without the references of `objects`, of `roots` and of the call itself."""
    given = Counter(map(id, roots))
    copies = 2 if plain and sys.version_info < (3, 11) else 1  # CPython 3.10's caller keeps its arguments
    counts = reference_counts(objects)
    return [count - copies * given[id(item)] for count, item in zip(counts, objects, strict=True)]


def _reported(objects: list[object], rest: list[int], ignore: set[int]) -> tuple[list[list[int]], list[object]]:
    """Return, for each object with a `rest`, the ids of the owners that report it, and the owners.

    An id comes once for each reference, an owner once.
    """
    reported: list[list[int]] = [[] for _ in objects]
    places = {id(item): n for n, item in enumerate(objects) if rest[n] > 0}
    asked = tuple(objects[n] for n in places.values())
    inside = {*ignore, id(asked), *map(id, objects)}
    outside = [owner for owner in _referrers(asked, places) if id(owner) not in inside] if asked else []
    owners = []
    for owner in outside:
        found = [places[id(part)] for part in referents(owner) if id(part) in places]
        for place in found:
            reported[place].append(id(owner))
        owners += [owner] if found else []  # `gc.get_referrers` also names objects whose traverse fails
    return reported, owners


def _referrers(asked: tuple[object, ...], ids: Mapping[int, object]) -> list[object]:
    """Return the tracked objects that refer to any of `asked`."""
    if len(asked) <= _FEW:
        return gc.get_referrers(*asked)
    # `gc.get_referrers` compares each reference of the heap with each of `asked`; a look-up by id does not.
    return [owner for owner in gc.get_objects() if not ids.keys().isdisjoint(map(id, referents(owner)))]


def _frames(caller: FrameType) -> Iterator[FrameType]:
    """Yield the frames of all threads, without those of this call."""
    yield from frames.chain(caller)
    tops = sys._current_frames()  # noqa: SLF001 - documented in the standard library
    del tops[threading.get_ident()]  # a frame in one of its own variables would be a cycle
    for top in tops.values():
        yield from frames.chain(top)


def _frame_ids(caller: FrameType) -> tuple[Counter[int], set[int]]:
    """Count, by id, the references from variables of running functions in all threads.

    Also return the ids of values in their closures, and of their namespaces.
    """
    found: Counter[int] = Counter()
    known: set[int] = set()
    for frame in _frames(caller):
        known.update(map(id, (frame.f_globals, frame.f_locals, frame.f_builtins)))  # `frames` empties a snapshot again
        # Before CPython 3.11 the frame of a running generator is a tracked object: counted among them already.
        tracked = Counter(map(id, referents(frame))) if gc.is_tracked(frame) else Counter()
        found += Counter(frames.direct_ids(frame)) - tracked
        known.update(frames.ids_of(frame, frame.f_code.co_cellvars + frame.f_code.co_freevars))
    return found, known


class _Slack:
    """How many references to an object calls in progress, or CPython itself, may hold unseen; computed when asked."""

    def __init__(self, objects: list[object], caller: FrameType, *, given: tuple[object, ...]) -> None:
        self._objects, self._caller, self._given = objects, caller, given

    def __call__(self, place: int) -> int:
        if gc.get_freeze_count() > _FROZEN_AT_START:
            return sys.maxsize  # `gc.get_referrers` does not see frozen owners
        hidden, anything, codes = self._calls
        item = self._objects[place]
        if id(item) in self._of_python or id(item) in self._of_others or _cpython_may_hold(item, codes):
            return sys.maxsize
        return anything + hidden[id(item)]

    @cached_property
    def _calls(self) -> tuple[Counter[int], int, set[CodeType]]:
        known, anything = calls.pending_values(self._caller, frames.values_of(self._caller))
        hidden = Counter([*map(id, self._given), *known])
        codes = {frame.f_code for frame in frames.chain(sys._getframe())}  # noqa: SLF001 - this call, too, is in progress
        for frame in _frames(self._caller):
            codes.add(frame.f_code)
            arguments = calls.hidden_arguments(frame)
            if arguments:
                hidden.update(frames.ids_of(frame, arguments))
                same = frame.f_globals is self._caller.f_globals
                anything += calls.rebound(frame, arguments) if same else 0
        return hidden, anything, codes

    @cached_property
    def _of_others(self) -> set[int]:
        """The ids of what running functions of other modules work with: their calls are not looked at so closely."""
        others = [frame for frame in _frames(self._caller) if frame.f_globals is not self._caller.f_globals]
        return {key for frame in others for key in frames.all_ids(frame)}

    @cached_property
    def _of_python(self) -> set[int]:
        """The ids of what the standard library's modules name: their C halves hold filters, caches and hooks of it."""
        return {
            id(value)
            for name, module in list(sys.modules.items())
            if is_a(module, types.ModuleType) and is_of_python(name)
            for value in list(vars(module).values())
        }


def _cpython_may_hold(item: object, running: set[CodeType]) -> bool:
    """Tell whether references to `item` that nobody reports are normal."""
    cls = type(item)
    # The collector does not know tuples and dictionaries that hold nothing but objects without its support.
    # The running loop of asyncio and its tasks are held by C code of the standard library.
    if not cls.__flags__ & HAVE_GC or package_of(cls) == "asyncio":
        return True
    if is_a(item, HELD_BY_CPYTHON) or any("__next__" in class_vars(base) for base in mro(cls)):
        return True  # a `for` statement holds its iterator on the evaluation stack
    # Before CPython 3.11 a call keeps the method that it calls.
    called = item.__func__ if sys.version_info < (3, 11) and is_a(item, types.MethodType) else item
    if is_a(called, types.FunctionType):
        return called.__code__ in running
    if is_a(item, (tuple, frozenset)):
        return not refers_to_containers(item)  # constants of code objects, which the collector does not know
    if cls is dict:
        return not gc.is_tracked(item) or is_instance_dict(item)
    # From CPython 3.14 on, a `with` statement holds its manager on the evaluation stack.
    return sys.version_info >= (3, 14) and any("__exit__" in class_vars(base) for base in mro(cls))
