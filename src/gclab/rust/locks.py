"""Locks on open files. They end with the process, however it ends, so nothing has to be repaired after it."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Held while this process builds, or removes builds: what it holds is its own from the first step to the last.
ONE_AT_A_TIME = threading.Lock()


@contextmanager
def locked(path: Path, *, shared: bool) -> Iterator[None]:
    """Wait for the lock on a file that is only there for it, and hold it: alone, or `shared` with the like."""
    with path.open("a", encoding="utf-8") as file:
        _wait(file, shared=shared)
        yield


def is_current(file: IO[str], path: Path) -> bool:
    """Tell whether `path` is still the open `file`: a lock on a removed file keeps nobody away."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a locked byte cannot be read by others: one that is never written

    def try_lock(file: IO[str]) -> bool:
        """Lock a file until it is closed, if no other process has it locked."""
        os.lseek(file.fileno(), _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(file: IO[str], *, shared: bool) -> None:  # noqa: ARG001 - there is only one kind here
        os.lseek(file.fileno(), _FAR, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def try_lock(file: IO[str]) -> bool:
        """Lock a file until it is closed, if no other process has it locked."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(file: IO[str], *, shared: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
