"""A cell to the files of a crate that stands on its own: it names nothing that lies outside its folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import CellError
from gclab.rust.project import dependencies_text
from gclab.rust.sources import CRATE_PARTS, CRATES, files_in
from gclab.rust.tokens import tokenize

if TYPE_CHECKING:
    from gclab.rust.cell import Cell
    from gclab.rust.deps import Deps
    from gclab.rust.sources import Sources

_CARRIED = "vendor/gclab"
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
_README = """\
# {name}

A Python extension module in Rust, saved from a notebook cell by `%%pyo3 --save`.

To build and import it you need Rust and [maturin](https://www.maturin.rs), in a virtual environment:

```shell
maturin develop
python -c "import {name}"
```

`maturin develop --release` optimises; `maturin build --release` makes a wheel.

The code is in `src/lib.rs`. `vendor` holds the crates that it uses and that are not on crates.io:
`vendor/gclab` has pyo3-gc, which lets classes take part in Python's garbage collection.
"""
_KEYWORDS = frozenset(
    {"abstract", "become", "box", "const", "crate", "do", "dyn", "enum", "extern", "final", "fn", "gen", "impl", "let"}
    | {"loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "self", "static", "struct"}
    | {"super", "trait", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where"}
)
_INHERITS = re.compile(r"\bworkspace\s*=\s*true")
_WORKSPACE = re.compile(r"^\s*\[workspace", re.MULTILINE)
_PATH = re.compile(r"\bpath\s*=\s*[\"']([^\"']+)[\"']")


def crate_files(cell: Cell, features: tuple[str, ...], deps: Deps, sources: Sources) -> dict[str, bytes]:
    """Return the content of each file by its path in the folder; the lock file is only a first one.

    The labels for pictures (the feature introspect) are left out, unless `features` has them: they are for notebooks.

    Raises:
        CellError: A crate of ``--deps`` cannot be copied, because its manifest needs files outside its folder.

    """
    folders = _folders(deps)
    lines = [_relative(line, folders) for line in deps.lines]
    dependencies = dependencies_text(f"{_CARRIED}/crates/pyo3-gc", set(features), lines, sources.pyo3)
    package = cell.name.strip("_") or "module"
    names = {"name": cell.name, "package": package, "min_rust": ".".join(map(str, sources.min_rust))}
    texts = {
        "Cargo.toml": _MANIFEST.format(dependencies=dependencies, **names),
        "Cargo.lock": sources.lock,
        "pyproject.toml": _PYPROJECT.format(**names),
        "README.md": _README.format(**names),
        ".gitignore": "/target\n",
        "src/lib.rs": _library(cell),
    }
    found = {path: text.encode() for path, text in texts.items()}
    found |= _copied([sources.root / name for name in _OF_ROOT], sources.root, _CARRIED)
    for name in CRATES:
        crate = sources.root / "crates" / name
        found |= _copied([crate / part for part in CRATE_PARTS], crate, f"{_CARRIED}/crates/{name}")
    for folder, place in folders.items():
        found |= _copied([folder], folder, place)
    return found


def _library(cell: Cell) -> str:
    """Write the module under its own name, unless the cell means something else by it."""
    taken = {token.text for token in tokenize(cell.text)} | _KEYWORDS
    module = cell.module("python_module" if cell.name in taken else cell.name)
    return f"{cell.text}\n{module.replace('::pyo3', 'pyo3', 1)}" if module else cell.text


def _folders(deps: Deps) -> dict[Path, str]:
    """Choose a place for each crate of ``--deps`` that lies on this machine."""
    places: dict[Path, str] = {}
    for folder in dict.fromkeys(deps.folders):
        _check_stands_alone(folder)
        place = f"vendor/{folder.name}"
        same = sum(other == place or other.startswith(f"{place}-") for other in (_CARRIED, *places.values()))
        places[folder] = f"{place}-{same + 1}" if same else place
    return places


def _relative(line: str, folders: dict[Path, str]) -> str:
    for folder, place in folders.items():
        line = line.replace(f"'{folder.as_posix()}'", f"'{place}'")
    return line


def _check_stands_alone(folder: Path) -> None:
    manifest = (folder / "Cargo.toml").read_text(encoding="utf-8")
    outside = [path for path in _PATH.findall(manifest) if not _is_inside(path, folder)]
    if outside or (_INHERITS.search(manifest) and not _WORKSPACE.search(manifest)):
        what = f"the path {outside[0]!r}" if outside else "its workspace"
        raise CellError(
            f"--save: the crate in {folder.name!r} cannot be copied alone, because its Cargo.toml needs {what}. "
            "Leave out --save, or make the crate independent of other folders."
        )


def _is_inside(path: str, folder: Path) -> bool:
    return Path(os.path.normpath(folder / path)).is_relative_to(folder)


def _copied(paths: list[Path], root: Path, place: str) -> dict[str, bytes]:
    return {f"{place}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in files_in(paths)}
