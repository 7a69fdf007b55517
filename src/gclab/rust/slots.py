"""Crate folders that only one process at a time builds in."""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from gclab.rust.locks import is_current, try_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREFIX = "gclab_"  # of the names of the crates


@dataclass(frozen=True)
class Slot:
    """A crate folder; `crate` is its crate's name, the same from edit to edit: cargo's caches depend on it."""

    folder: Path
    crate: str


# A slot is held until it is removed or the process ends: its open lock file is all that says so.
_HELD: dict[Path, IO[str]] = {}


def hold_slot(folder: Path, name: str) -> Slot:
    """Return this process's slot for modules called `name`: the first that no other process holds."""
    held = (path for path in _HELD if path.parent == folder and path.name.rpartition("_")[0] == name)
    path = next(held, None) or next(filter(_hold, (folder / f"{name}_{number}" for number in itertools.count())))
    return Slot(path, f"{_PREFIX}{path.name}")


@contextmanager
def held_for_removal(path: Path) -> Iterator[bool]:
    """Hold a slot while its files are removed, then give it up; False if another process has it."""
    if path not in _HELD and not _hold(path):
        yield False
        return
    lock = _HELD.pop(path)
    with lock:
        yield True
        with suppress(OSError):  # another process waits to take it, or Windows keeps the open file
            (path / "lock").unlink()
            path.rmdir()


def slot_of(crate: str) -> str:
    """Return the name of the folder of the slot that has the crate of this name."""
    return crate.removeprefix(_PREFIX)


def _hold(path: Path) -> bool:
    """Take the lock of a slot, unless another process has it."""
    while True:
        path.mkdir(parents=True, exist_ok=True)
        try:
            lock = (path / "lock").open("a", encoding="utf-8")
        except FileNotFoundError:  # the slot is being removed
            continue
        if not try_lock(lock):
            lock.close()
            return False
        if is_current(lock, path / "lock"):
            _HELD[path] = lock
            return True
        lock.close()


def _forget() -> None:
    """Give up the slots in a forked child, which shares only the open files. To close a copy does not unlock."""
    for lock in _HELD.values():
        lock.close()
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
