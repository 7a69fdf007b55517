"""Keeps a cache below its limit, and cleans it, without taking anything from a process that uses it."""

from __future__ import annotations

import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.rust.claims import claimed, lock_file
from gclab.rust.contents import Part, read_contents
from gclab.rust.locks import locked
from gclab.rust.slots import held_for_removal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gclab.rust.cache import Cache

_EVERY = 60.0  # seconds between two looks at the size
_ROOM = 0.9  # of the limit: what is left after a removal, so that the next build needs none


@dataclass(frozen=True)
class Removed:
    """What was removed: how many builds, and bytes in all; `used` counts the builds that other processes use."""

    builds: int = 0
    size: int = 0
    used: int = 0


def keep_below_limit(cache: Cache, slot: str) -> Removed:
    """Remove what was not used for longest, if the cache is above its limit; look once a minute.

    The compiled crates of this build stay. Those of other toolchains and Pythons go last. `slot` is the one just
    built in: its files make the next edit fast.
    """
    stamp = cache.folder / "measured"
    if _age(stamp) < _EVERY:
        return Removed()
    stamp.touch()
    parts = read_contents(cache.folder)
    excess = sum(part.size for part in parts) - cache.limit
    if excess <= 0:
        return Removed()
    found = [part for part in parts if part.key != slot or part.kind != "slot"]
    order = sorted(found, key=lambda part: (part.kind == "crates", part.kind != "scrap", part.used))
    return _remove(cache.folder, order, excess + round(cache.limit * (1 - _ROOM)), spare_own=True)


def clean(cache: Cache, name: str | None) -> Removed:
    """Remove the builds of modules called `name`, or of all, except those that other processes use."""
    parts = [part for part in read_contents(cache.folder) if part.kind != "crates" and name in (None, part.name)]
    removed = _remove(cache.folder, parts, float("inf"), spare_own=False)
    for part in parts:
        if part.kind == "slot" and not (cache.folder / "slots" / part.key).exists():
            (cache.folder / "slots" / f"{part.name}.json").unlink(missing_ok=True)
    return removed


def _remove(folder: Path, parts: list[Part], wanted: float, *, spare_own: bool) -> Removed:
    """Remove parts in this order until so many bytes are free."""
    removed = Removed()
    for part in parts:
        if removed.size >= wanted:
            break
        build = part.kind == "build"
        if _REMOVE[part.kind](folder, part, spare_own):
            removed = Removed(removed.builds + build, removed.size + part.size, removed.used)
        else:
            removed = Removed(removed.builds, removed.size, removed.used + build)
    return removed


@contextmanager
def _unless_claimed(folder: Path, part: Part, spare_own: bool) -> Iterator[bool]:  # noqa: FBT001
    """Keep processes from claiming anything for a moment, and tell whether one has claimed this."""
    with locked(lock_file(folder), shared=False):
        own, others = claimed(folder)
        yield part.key not in others and not (spare_own and part.key in own)


def _remove_build(folder: Path, part: Part, spare_own: bool) -> bool:  # noqa: FBT001
    """Remove the record first: without it nobody looks for the library."""
    with _unless_claimed(folder, part, spare_own) as free:
        try:
            for path in sorted(part.paths, key=lambda path: path.suffix != ".json") if free else ():
                path.unlink(missing_ok=True)
        except OSError:  # Windows keeps a library that is loaded
            return False
    return free


def _remove_slot(folder: Path, part: Part, _: bool) -> bool:  # noqa: FBT001
    home = folder / "slots" / part.key
    with held_for_removal(home) as held:
        if held:
            for path in [*home.iterdir(), *(path for path in part.paths if path != home)]:
                if path != home / "lock":
                    _delete(path)
    return held


def _remove_folder(folder: Path, part: Part, spare_own: bool) -> bool:  # noqa: FBT001
    """Move it away first, so that nobody meets half of it."""
    away = folder / f"removed-{secrets.token_hex(4)}"
    with _unless_claimed(folder, part, spare_own) as free:
        if free:
            with suppress(FileNotFoundError):
                part.paths[0].rename(away)
    _delete(away)
    return free


_REMOVE: dict[str, Callable[[Path, Part, bool], bool]] = {
    "build": _remove_build,
    "slot": _remove_slot,
    "crates": _remove_folder,
    "scrap": _remove_folder,
}


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")
