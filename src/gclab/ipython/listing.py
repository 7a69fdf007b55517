"""What ``%pyo3`` says: the modules of this process, the cache, and what was removed from it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gclab.rust.cache import Cache
    from gclab.rust.contents import Part
    from gclab.rust.evict import Removed

_KINDS = {
    "build": "results of builds",
    "slot": "what cargo keeps to build a changed cell fast",
    "crates": "compiled crates that all cells use",
    "scrap": "formatted code, and what was left by processes that were killed",
}
_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def listing(loaded: dict[str, str], cache: Cache, parts: list[Part]) -> str:
    """Return a text of two tables; `loaded` has the label of each module under the digest of its build."""
    builds = {part.key: part for part in parts if part.kind == "build"}
    modules = [
        (label, *((_size(part.size), f"last used {_ago(part.used)}") if (part := builds.get(key)) else ("", "removed")))
        for key, label in loaded.items()
    ]
    kinds = [
        (_size(sum(part.size for part in parts if part.kind == kind)), what)
        for kind, what in _KINDS.items()
        if any(part.kind == kind for part in parts)
    ]
    total = sum(part.size for part in parts)
    return "\n".join(
        [
            "Modules that this process has loaded:" if modules else "This process has loaded no module.",
            *_columns(modules),
            f"The cache holds {_size(total)} of at most {_size(cache.limit)}: {cache.folder}",
            *_columns(kinds),
        ]
    )


def removal(removed: Removed, name: str) -> str:
    """Say what ``--clean`` has removed, and what it has left and why."""
    what = f" of {name}" if name else ""
    said = f"Removed {_count(removed.builds)}{what}, with what cargo kept for the next one: {_size(removed.size)}."
    if not (removed.builds or removed.size):
        said = f"There is nothing{what} to remove."
    if removed.used:
        said += f" {_count(removed.used)}{what} stayed: other processes use {'it' if removed.used == 1 else 'them'}."
    return said if name else f"{said} The compiled crates stay, because every cell needs them."


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _count(builds: int) -> str:
    return f"{builds} build{'s' * (builds != 1)}"


def _size(size: int) -> str:
    return next((f"{size / unit:.1f} {name}" for unit, name in _UNITS if size >= unit), f"{size} bytes")


def _ago(moment: float) -> str:
    minutes = int(time.time() - moment) // 60
    if minutes < 1:
        return "just now"
    for unit, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= unit:
            return f"{minutes // unit} {name}{'s' * (minutes // unit != 1)} ago"
    raise AssertionError  # minutes are at least one
