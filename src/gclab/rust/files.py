"""Files that other processes may read at any moment."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing, whenever this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def copy_atomically(source: Path, path: Path) -> Path:
    """Copy a library to `path`, or beside it if a process on Windows has that file loaded; return where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    try:
        shutil.copyfile(source, temporary)
        with contextlib.suppress(PermissionError):
            temporary.replace(path)
            return path
        other = fresh_name(path)
        temporary.replace(other)
        return other
    finally:
        temporary.unlink(missing_ok=True)


def fresh_name(path: Path) -> Path:
    """Return a path beside `path` that was never used before."""
    return path.with_name(f"{path.stem}-{secrets.token_hex(4)}{path.suffix}")


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
