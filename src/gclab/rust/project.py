"""A cell to a Cargo project on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.rust.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gclab.rust.cell import Cell
    from gclab.rust.deps import Deps
    from gclab.rust.slots import Slot
    from gclab.rust.sources import Sources

# `debug = 0` is the best single switch for the time of an edit; an incremental release build costs little speed.
_MANIFEST = """\
[package]
name = "{crate}"
version = "0.0.0"
edition = "2024"
publish = false

[lib]
path = "{name}.rs"
crate-type = ["cdylib"]

{dependencies}

[workspace]

[profile.dev]
debug = 0

[profile.release]
incremental = true
"""


@dataclass(frozen=True)
class Project:
    """A crate in a slot, ready for cargo."""

    slot: Slot
    manifest: Path
    source: Path


def manifest_text(cell: Cell, crate: str, features: tuple[str, ...], deps: Deps, sources: Sources) -> str:
    """Write the manifest."""
    path = (sources.root / "crates" / "pyo3-gc").as_posix()
    every = {*features, *sources.features}
    return _MANIFEST.format(
        crate=crate, name=cell.name, dependencies=dependencies_text(path, every, deps.lines, sources.pyo3)
    )


def dependencies_text(path: str, features: Iterable[str], lines: Iterable[str], pyo3: str) -> str:
    """Write the dependencies; `path` is that of pyo3-gc, `pyo3` a version, `lines` are those of ``--deps``.

    Dotted keys let ``--deps 'pyo3.features = [..]'`` add to a dependency.
    """
    return "\n".join(
        [
            "[dependencies]",
            f'pyo3.version = "={pyo3}"',
            f"pyo3-gc.path = {json.dumps(path)}",
            f"pyo3-gc.features = {json.dumps(sorted(features))}",
            *lines,
        ]
    )


def write_project(cell: Cell, manifest: str, slot: Slot, sources: Sources) -> Project:
    """Write the crate. Its lock file starts as the project's own, so every version is the one tested there."""
    project = Project(slot, slot.folder / "Cargo.toml", slot.folder / f"{cell.name}.rs")
    lock, seed = slot.folder / "Cargo.lock", slot.folder / "seed.lock"
    if not (_has(project.manifest, manifest) and _has(seed, sources.lock) and lock.is_file()):
        write_atomically(lock, sources.lock)
        write_atomically(seed, sources.lock)
        write_atomically(project.manifest, manifest)
    # Always written, also unchanged: cargo decides by its time whether to compile.
    write_atomically(project.source, cell.source)
    return project


def _has(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
