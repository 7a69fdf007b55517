"""Owners in pure Python that stand for native objects: right ones, and each way to be wrong."""

from __future__ import annotations

import ctypes


def _take(item: object) -> int:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(item))
    return id(item)


def _give_back(address: int) -> None:
    ctypes.pythonapi.Py_DecRef(ctypes.cast(address, ctypes.py_object))


class Owner:
    """Owns its argument where the collector sees it."""

    def __init__(self, held: object) -> None:
        self.held = held


class Unreported:
    """Owns one reference that it does not report, until it is freed."""

    def __init__(self, held: object) -> None:
        self.address = _take(held)

    def __del__(self) -> None:
        _give_back(self.address)


class Doubled:
    """Owns one reference and reports it twice, as two handles of one `Arc` do."""

    def __init__(self, held: object) -> None:
        self.held = [held, held]
        self.address = id(held)
        _give_back(self.address)

    def __del__(self) -> None:
        ctypes.pythonapi.Py_IncRef(ctypes.cast(self.address, ctypes.py_object))
