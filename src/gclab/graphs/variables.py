"""The references that variables of the caller hold, found by name, so that their deletion can be played through."""

from __future__ import annotations

import gc
import inspect
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.errors import GraphError
from gclab.graphs import frames
from gclab.graphs.labels import is_a
from gclab.graphs.references import referents

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType

__all__ = ["Deletion", "deletions"]


@dataclass(frozen=True)
class Deletion:
    """One reference that goes when a variable is deleted.

    Attributes:
        name: the variable.
        target: id of the object that it holds.
        holder: id of the namespace or closure cell that reports the reference; None for a variable in a frame.

    """

    name: str
    target: int
    holder: int | None


def deletions(caller: FrameType, given: Collection[str] | str) -> list[Deletion]:
    """Find the variables of `caller` that `given` names.

    Raises:
        GraphError: something in it is no name, there is no such variable, or nobody can tell which closure cell
            belongs to it.

    """
    names: list[str] = list(given) if is_a(given, (list, tuple, set, frozenset)) else [given]  # type: ignore[list-item]
    wrong = next((type(name).__name__ for name in names if not is_a(name, str)), None)
    if wrong is not None:
        raise GraphError(f"deleted= takes names of variables, such as 'editor', not objects: not {wrong}")
    known = frames.values_of(caller)
    missing = [name for name in names if name not in known]
    if missing:
        raise GraphError(
            f"deleted= names {', '.join(map(repr, missing))}, but there is no such variable where "
            "gclab.collector_steps was called. Name variables of that place."
        )
    return [Deletion(name, known[name], _holder(caller, name, known[name])) for name in dict.fromkeys(names)]


def _holder(caller: FrameType, name: str, target: int) -> int | None:
    code = caller.f_code
    if name in code.co_cellvars or name in code.co_freevars:
        return _cell(caller, name, target)
    if code.co_flags & inspect.CO_OPTIMIZED and name in code.co_varnames:
        return None
    spaces = [caller.f_locals, caller.f_globals] if not code.co_flags & inspect.CO_OPTIMIZED else [caller.f_globals]
    return next((id(space) for space in spaces if type(space) is dict and name in space), None)


def _cell(caller: FrameType, name: str, target: int) -> int:
    """Return the id of the cell through which an inner function shares a variable."""
    cells = [item for item in gc.get_objects() if is_a(item, types.CellType)]
    found = [id(cell) for cell in cells if any(id(part) == target for part in referents(cell))]
    if len(found) != 1:
        raise GraphError(
            f"the variable {name!r} of {caller.f_code.co_name} is shared with inner functions, and {len(found)} "
            "closure cells hold its value, so nobody can tell which one its deletion empties. Call "
            "gclab.collector_steps at the top level of a cell, or in a function whose variable no inner function uses."
        )
    return found[0]
