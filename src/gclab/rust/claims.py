"""What running processes use of a cache, so that no other process removes it.

Each process has one file that it keeps locked until it ends, with a name on each line: of a build or of a target
folder. A file that can be locked is that of a process that has ended.
"""

from __future__ import annotations

import atexit
import secrets
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from gclab.rust.locks import locked, try_lock

if TYPE_CHECKING:
    from pathlib import Path

_FOLDER = "users"


@dataclass(frozen=True)
class _Claims:
    """The file of this process, open and locked, and what it holds."""

    path: Path
    file: IO[str]
    names: set[str]


_MINE: dict[Path, _Claims] = {}


def lock_file(cache: Path) -> Path:
    """Return the file whose lock is shared by those that claim, and held alone by the one that removes."""
    return cache / "lock"


def claim(cache: Path, *names: str) -> None:
    """Keep builds and target folders from being removed by others until this process ends."""
    mine = _MINE.get(cache)
    new = [name for name in names if mine is None or name not in mine.names]
    if not new:
        return
    with locked(lock_file(cache), shared=True):
        mine = mine or _open(cache)
        mine.file.write("".join(f"{name}\n" for name in new))
        mine.file.flush()
        mine.names.update(new)


def claimed(cache: Path) -> tuple[set[str], set[str]]:
    """Return what this process claims and what others do. The caller holds the lock alone."""
    mine = _MINE.get(cache)
    others: set[str] = set()
    for path in (cache / _FOLDER).glob("*.txt"):
        if mine is None or path != mine.path:
            others |= _names(path)
    return set(mine.names) if mine else set(), others


def _open(cache: Path) -> _Claims:
    path = cache / _FOLDER / f"{secrets.token_hex(8)}.txt"
    path.parent.mkdir(exist_ok=True)
    file = path.open("a", encoding="utf-8")
    try_lock(file)
    return _MINE.setdefault(cache, _Claims(path, file, set()))


@atexit.register
def _close() -> None:
    """Close the files before the interpreter does it with a warning for each."""
    for mine in _MINE.values():
        mine.file.close()


def _names(path: Path) -> set[str]:
    """Read the file of another process; remove it if that process has ended."""
    with path.open("a+", encoding="utf-8") as file:
        if not try_lock(file):
            file.seek(0)
            return set(file.read().split())
    path.unlink(missing_ok=True)
    return set()
