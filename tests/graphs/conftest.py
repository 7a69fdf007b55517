"""What the tests of pictures share."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INC, DEC = ctypes.pythonapi.Py_IncRef, ctypes.pythonapi.Py_DecRef
INC.argtypes = DEC.argtypes = [ctypes.py_object]


@pytest.fixture
def owned() -> Iterator[Callable[[Any], Any]]:
    """Give an object one reference that nobody reports, as a native object would; take it back afterwards."""
    held: list[int] = []

    def own(item: Any) -> Any:  # noqa: ANN401
        INC(item)
        held.append(id(item))
        return item

    yield own
    for address in held:
        DEC(ctypes.cast(address, ctypes.py_object).value)
