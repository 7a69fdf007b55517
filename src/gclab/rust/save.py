"""The files of a crate to a folder of the user's: all of them or none, and never over what the user wrote."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import CellError

if TYPE_CHECKING:
    from collections.abc import Callable

_RECORD = ".gclab.json"
_BUILT = "target"  # cargo's, when the user has built the crate there: it stays


@dataclass(frozen=True)
class Place:
    """A folder in which a crate can be saved; `key` is that of the build that was saved there, `name` its module's."""

    folder: Path
    key: str | None = None
    name: str = ""


def find_place(given: str, working: Path) -> Place:
    """Check that a folder is new, empty, or as it was saved.

    Raises:
        CellError: It has content that would be lost.

    """
    folder = (working / Path(given).expanduser()).resolve()
    if working.resolve().is_relative_to(folder):
        raise CellError("--save: name a folder inside the working folder, or elsewhere.")
    if not folder.exists():
        return Place(folder)
    if not folder.is_dir():
        raise CellError(f"--save: {given!r} is a file. Name a folder.")
    names = {path.name for path in folder.iterdir()}
    if _RECORD not in names:
        if names:
            raise CellError(f"--save: the folder {given!r} has other content. Name one that is new or empty.")
        return Place(folder)
    key, name, saved = _read_record(folder / _RECORD)
    found = _digests(folder)
    if changed := sorted(name for name in {*found, *saved} if found.get(name) != saved.get(name)):
        raise CellError(
            f"--save: {changed[0]} in the folder {given!r} is not as gclab saved it. "
            "Name another folder, or remove this one."
        )
    return Place(folder, key, name)


def save_crate(place: Place, files: dict[str, bytes], finish: Callable[[Path], None]) -> None:
    """Write the files and a record of them and of `place`, by which `find_place` knows the folder again.

    Raises:
        OSError: The folder cannot be written; what was there before is still there.

    """

    def finish_and_record(folder: Path) -> None:
        finish(folder)
        record = {"build": place.key, "name": place.name, "files": _digests(folder)}
        (folder / _RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")

    write_folder(place.folder, files, finish_and_record)


def write_folder(folder: Path, files: dict[str, bytes], finish: Callable[[Path], None]) -> None:
    """Write the files beside the folder, let `finish` complete them there, and put them in its place.

    Raises:
        OSError: The folder cannot be written; what was there before is still there.

    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new, old = (folder.with_name(f".{folder.name}.{secrets.token_hex(4)}") for _ in range(2))
    try:
        for name, content in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(content)
        finish(new)
        if folder.exists():
            _exchange(folder, new, old)
        else:
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _exchange(folder: Path, new: Path, old: Path) -> None:
    """Put the new folder in place of the old one, with what cargo built in that; undo it if that fails."""
    folder.rename(old)
    try:
        if (old / _BUILT).exists():
            (old / _BUILT).rename(new / _BUILT)
        new.rename(folder)
    except BaseException:
        if (new / _BUILT).exists():
            (new / _BUILT).rename(old / _BUILT)
        old.rename(folder)
        raise


def _read_record(path: Path) -> tuple[str, str, dict[str, str]]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return str(record["build"]), str(record.get("name", "")), dict(record["files"])
    except (ValueError, LookupError, TypeError):
        return "", "", {}


def _digests(folder: Path) -> dict[str, str]:
    """Return the digest of each file, without the record and what cargo built."""
    own = [path for path in folder.iterdir() if path.name not in (_RECORD, _BUILT)]
    paths = [path for top in own for path in (top.rglob("*") if top.is_dir() else [top]) if not path.is_dir()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
