"""Where the crates that every cell uses lie, and what decides whether they have changed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import MachineError

if TYPE_CHECKING:
    from collections.abc import Iterator

CRATES = ("pyo3-gc", "pyo3-gc-macros")
CRATE_PARTS = ("Cargo.toml", "src")
_PYO3 = re.compile(r'^name = "pyo3"\nversion = "([^"]+)"', re.MULTILINE)
_MIN_RUST = re.compile(r'^rust-version = "(\d+)\.(\d+)', re.MULTILINE)
_INTROSPECT = re.compile(r"^introspect\s*=", re.MULTILINE)
_BUILT = frozenset({"target", "__pycache__", ".git"})


@dataclass(frozen=True)
class Sources:
    """The crates on disk (only ever read), the locked versions, and a digest of all of it."""

    root: Path
    lock: str
    pyo3: str
    min_rust: tuple[int, int]
    features: tuple[str, ...]
    digest: str


def find_sources(package: Path | None = None) -> Sources:
    """Read the crates that an installed package carries in ``_rust``, else those of the checkout round it."""
    package = package or Path(__file__).absolute().parents[1]
    carried = package / "_rust"
    root = carried if carried.is_dir() else package.parents[1]
    try:
        lock = (root / "Cargo.lock").read_text(encoding="utf-8")
        workspace = (root / "Cargo.toml").read_text(encoding="utf-8")
        manifest = (root / "crates" / "pyo3-gc" / "Cargo.toml").read_text(encoding="utf-8")
        pyo3, min_rust = _PYO3.search(lock), _MIN_RUST.search(workspace)
    except OSError:
        pyo3 = min_rust = None
    if pyo3 is None or min_rust is None:
        raise MachineError("The Rust crates that belong to gclab are not complete. Install gclab again.")
    digest = hashlib.sha256(f"{lock}{workspace}".encode())
    for name in CRATES:
        digest.update(digest_folder(root / "crates" / name, CRATE_PARTS).encode())
    return Sources(
        root=root,
        lock=lock,
        pyo3=pyo3[1],
        min_rust=(int(min_rust[1]), int(min_rust[2])),
        # Labels on the edges of a graph cost nothing that a notebook would notice.
        features=("introspect",) if _INTROSPECT.search(manifest) else (),
        digest=digest.hexdigest(),
    )


def digest_folder(folder: Path, parts: tuple[str, ...] = ()) -> str:
    """Return a digest of the names and contents of all files in a crate's folder that can matter to cargo."""
    digest = hashlib.sha256()
    for path in files_in([folder / part for part in parts] if parts else [folder]):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def files_in(paths: list[Path]) -> Iterator[Path]:
    """Yield the files at and below some paths, in a fixed order, without what cargo, Python or git made."""
    for path in sorted(paths):
        if path.is_dir():
            yield from files_in([inner for inner in path.iterdir() if inner.name not in _BUILT])
        elif path.is_file():
            yield path
