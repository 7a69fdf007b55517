"""What every crate that stands on its own has: a manifest, and copies of the crates that are not on crates.io."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gclab.rust.sources import CRATE_PARTS, CRATES, files_in

if TYPE_CHECKING:
    from pathlib import Path

    from gclab.rust.sources import Sources

CARRIED = "vendor/gclab"
_OF_ROOT = ("Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT")
# `exclude`: else cargo would take the carried crates as members, with their tests and optional dependencies.
_MANIFEST = """\
[package]
name = "{package}"
version = "0.1.0"
edition = "2024"
rust-version = "{min_rust}"
publish = false

[lib]
name = "{name}"
crate-type = ["cdylib"]

{dependencies}

# With both preludes in scope rustc would only warn, and take PyO3's `#[pyclass]`, which does not visit the fields.
[lints.rust]
ambiguous-glob-imports = "deny"

[workspace]
exclude = ["vendor"]
"""
_PYPROJECT = """\
[build-system]
requires = ["maturin>=1.9.4,<2"]
build-backend = "maturin"

[project]
name = "{package}"
requires-python = ">=3.10"
dynamic = ["version"]

[tool.maturin]
module-name = "{name}"
"""


def manifests(name: str, package: str, dependencies: str, sources: Sources) -> dict[str, bytes]:
    """Return Cargo.toml, pyproject.toml and a first Cargo.lock for a module and its package."""
    min_rust = ".".join(map(str, sources.min_rust))
    texts = {
        "Cargo.toml": _MANIFEST.format(name=name, package=package, dependencies=dependencies, min_rust=min_rust),
        "Cargo.lock": sources.lock,
        "pyproject.toml": _PYPROJECT.format(name=name, package=package),
    }
    return {path: text.encode() for path, text in texts.items()}


def carried_crates(sources: Sources) -> dict[str, bytes]:
    """Return the files of pyo3-gc and its macros, with the licences, by their path in the folder."""
    found = copied([sources.root / name for name in _OF_ROOT], sources.root, CARRIED)
    for name in CRATES:
        crate = sources.root / "crates" / name
        found |= copied([crate / part for part in CRATE_PARTS], crate, f"{CARRIED}/crates/{name}")
    return found


def copied(paths: list[Path], root: Path, place: str) -> dict[str, bytes]:
    """Return the files at and below some paths in `root`, by their path once `root` is called `place`."""
    return {f"{place}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in files_in(paths)}
