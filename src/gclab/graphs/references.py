"""What objects refer to, what refers to them, and how many references there are to them.

A traverse can fail: PyO3 answers a panic inside ``__traverse__``, or an attempt to attach to Python there, with an
error. The collector ignores the error and works with what was visited before it. ``gc.get_referents`` raises a
`SystemError` for all objects that it was asked for, and ``gc.get_referrers`` takes such an object for an owner of
whatever is asked.
"""

from __future__ import annotations

import functools
import gc
import sys
from typing import Any, Final

__all__ = ["failing", "reference_counts", "referents", "referrers"]

_TP_TRAVERSE: Final = 71  # Py_tp_traverse, typeslots.h


def referents(*items: object, failed: list[Any] | None = None) -> list[Any]:
    """Return what `items` report, once for each reference, as the collector sees it.

    Args:
        items: the objects that are asked.
        failed: takes those of `items` whose traverse fails.

    """
    try:
        return gc.get_referents(*items)
    except SystemError:
        if len(items) == 1:
            if failed is not None:
                failed.append(items[0])
            return _visited(items[0])
    return [part for item in items for part in referents(item, failed=failed)]


def referrers(item: object) -> list[Any]:
    """Return the tracked objects that report `item`, without those whose traverse only fails."""
    key = id(item)  # an inner function that used `item` would need a cell, and the cell would be one more owner
    return [owner for owner in gc.get_referrers(item) if key in map(id, referents(owner))]


def failing(items: list[Any]) -> list[Any]:
    """Return those of `items` whose traverse fails."""
    failed: list[Any] = []
    referents(*items, failed=failed)
    return failed


def _visited(item: object) -> list[Any]:
    """Return what an object's traverse visits before it fails.

    No Python code may run inside a traverse: another thread could go on, or a collection begin. So C calls the list's
    own method. Its second argument, which the method does not take, stays where the caller clears it up.
    """
    found: list[Any] = []
    slot, traverse, visit = _of_c()
    traverse(slot(type(item), _TP_TRAVERSE))(item, visit(found.append), None)
    return found


@functools.cache
def _of_c() -> tuple[Any, Any, Any]:
    """Return ``PyType_GetSlot`` and the types of a traverse and a visit; made once, as each would be a new class."""
    import ctypes  # noqa: PLC0415 - seldom needed, and slow to import

    visit = ctypes.PYFUNCTYPE(ctypes.c_bool, ctypes.py_object)  # nothing returned is False, which is 0: go on
    slot = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_int)(("PyType_GetSlot", ctypes.pythonapi))
    return slot, ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, visit, ctypes.c_void_p), visit


def reference_counts(items: list[Any]) -> list[int]:
    """Return the number of references to each of `items` that do not come from the list, or from counting them.

    An object that nothing but the list holds is counted with them, and its count is taken off: so no interpreter's
    own way to call a function has to be known. The caller's variables count.
    """
    items.append(object())
    counts = list(map(sys.getrefcount, items))
    items.pop()
    own = counts.pop()
    return [count - own for count in counts]
