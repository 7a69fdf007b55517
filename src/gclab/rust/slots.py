"""Crate folders that only one process at a time builds in."""

from __future__ import annotations

import itertools
import os
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Slot:
    """A crate folder; `crate` is its crate's name, the same from edit to edit: cargo's caches depend on it."""

    folder: Path
    crate: str


# A slot is held until the process ends: its open lock file is all that says so.
_HELD: dict[tuple[Path, str], tuple[Slot, IO[str]]] = {}


def hold_slot(folder: Path, name: str) -> Slot:
    """Return this process's slot for modules called `name`: the first that no other process holds."""
    if (folder, name) not in _HELD:
        for number in itertools.count():
            slot = Slot(folder / f"{name}_{number}", f"gclab_{name}_{number}")
            slot.folder.mkdir(parents=True, exist_ok=True)
            lock = (slot.folder / "lock").open("a", encoding="utf-8")
            if _try_lock(lock):
                _HELD[folder, name] = slot, lock
                break
            lock.close()
    return _HELD[folder, name][0]


def _forget() -> None:
    """Give up the slots in a forked child, which shares only the open files. To close a copy does not unlock."""
    for _, lock in _HELD.values():
        lock.close()
    _HELD.clear()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(lock: IO[str]) -> bool:
        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(lock: IO[str]) -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    os.register_at_fork(after_in_child=_forget)
