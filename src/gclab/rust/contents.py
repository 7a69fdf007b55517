"""What lies in a cache: parts that can be removed one by one, each with its size and when it was used."""

from __future__ import annotations

import os
import re
import stat
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.rust.slots import slot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BUILD = re.compile(r"(\w+)-([0-9a-f]{40})\b")
_CRATE = re.compile(r"(?:lib)?(gclab_\w+_\d+)(?!\w)")
_OF_CRATES = ("", "deps", "incremental", ".fingerprint")
_SURELY_LEFT = 3600  # seconds after which a temporary file belongs to a process that was killed


@dataclass(frozen=True)
class Part:
    """Files that are removed together.

    `kind` is ``build`` (a library and what rustc said), ``slot`` (a crate folder and what cargo keeps for it),
    ``crates`` (one of cargo's target folders, with the dependencies of all cells) or ``scrap`` (left by a process
    that was killed). `key` is what a process claims: the digest of a build, the name of a target folder; of a slot,
    its folder's name. `name` is that of the module. `size` is in bytes, `used` in seconds since the epoch.
    """

    kind: str
    key: str
    name: str
    paths: tuple[Path, ...]
    size: int
    used: float


def read_contents(cache: Path) -> list[Part]:
    """Look at every file of a cache; it takes some 10 ms for each 1000 of them."""
    return [*_builds(cache), *_targets_and_slots(cache), *_scrap(cache)]


def _builds(cache: Path) -> Iterator[Part]:
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in (cache / "modules").glob("*"):
        if match := _BUILD.match(path.name):
            found[match[1], match[2]].append(path)
    for (name, digest), paths in found.items():
        yield _part("build", digest, name, paths, paths)


def _targets_and_slots(cache: Path) -> Iterator[Part]:
    found: dict[str, list[Path]] = defaultdict(list)
    for path in (cache / "slots").glob("*"):
        if path.is_dir():
            found[path.name].append(path)
    for target in (cache / "target").glob("*"):
        own = [path for folder in target.glob("*") for part in _OF_CRATES for path in (folder / part).glob("*")]
        of_slots = [(match, path) for path in own if (match := _CRATE.match(path.name))]
        for match, path in of_slots:
            found[slot_of(match[1])].append(path)
        left = {path for _, path in of_slots}
        yield _part("crates", target.name, "", [target], target.glob("*/deps"), without=left)
    for name, paths in found.items():
        yield _part("slot", name, name.rpartition("_")[0], paths, (cache / "slots" / name).glob("*.rs"))


def _scrap(cache: Path) -> Iterator[Part]:
    for path in [
        *cache.glob("removed-*"),
        *(cache / "formatted").glob("*.rs"),
        *(cache / "modules").glob(".*"),
        *cache.glob("slots/.*"),
    ]:
        part = _part("scrap", path.name, "", [path], [path])
        if time.time() - part.used > _SURELY_LEFT:
            yield part


def _part(  # noqa: PLR0913 - the fields of the part
    kind: str, key: str, name: str, paths: Iterable[Path], used: Iterable[Path], *, without: Iterable[Path] = ()
) -> Part:
    skipped = {os.fspath(path) for path in without}
    seen: set[tuple[int, int]] = set()
    size = sum(_size(os.fspath(path), skipped, seen) for path in paths)
    return Part(kind, key, name, tuple(paths), size, max(map(_time, used), default=0.0))


def _size(path: str, skipped: set[str], seen: set[tuple[int, int]]) -> int:
    """Add up what files take on the disk; cargo and rustc give one file several names."""
    try:
        status = os.lstat(path)
        if stat.S_ISDIR(status.st_mode):
            with os.scandir(path) as entries:
                return sum(_size(entry.path, skipped, seen) for entry in entries if entry.path not in skipped)
    except OSError:  # removed since
        return 0
    if status.st_nlink > 1:
        if (status.st_dev, status.st_ino) in seen:
            return 0
        seen.add((status.st_dev, status.st_ino))
    return getattr(status, "st_blocks", 0) * 512 or status.st_size


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
