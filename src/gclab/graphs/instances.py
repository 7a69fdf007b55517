"""Dictionaries that belong to an object which keeps its values itself."""

from __future__ import annotations

import gc
import sys
from typing import Final

from gclab.graphs.references import referents

__all__ = ["is_instance_dict"]

_INLINE_VALUES: Final = 1 << 2  # Py_TPFLAGS_INLINE_VALUES, object.h, since CPython 3.13


def is_instance_dict(item: object) -> bool:
    """Tell whether a dictionary belongs to an object that keeps its values itself and does not report it.

    CPython 3.13 does so once ``__dict__`` was read (``Objects/dictobject.c``, ``PyObject_VisitManagedDict``).
    """
    if sys.version_info < (3, 13):
        return False
    values = [id(value) for value in referents(item)]
    for owner in gc.get_objects():
        if type(owner).__flags__ & _INLINE_VALUES:
            parts = [id(part) for part in referents(owner)]
            if parts[: len(values)] == values and getattr(owner, "__dict__", None) is item:
                return True
    return False
