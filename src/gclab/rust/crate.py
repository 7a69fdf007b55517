"""A cell to the files of a crate that stands on its own: it names nothing that lies outside its folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import CellError
from gclab.rust.carried import CARRIED, carried_crates, copied, manifests
from gclab.rust.project import dependencies_text
from gclab.rust.tokens import tokenize

if TYPE_CHECKING:
    from gclab.rust.cell import Cell
    from gclab.rust.deps import Deps
    from gclab.rust.sources import Sources

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
KEYWORDS = frozenset(
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
    dependencies = dependencies_text(f"{CARRIED}/crates/pyo3-gc", set(features), lines, sources.pyo3)
    found = manifests(cell.name, cell.name.strip("_") or "module", dependencies, sources)
    found |= {
        "README.md": _README.format(name=cell.name).encode(),
        ".gitignore": b"/target\n",
        "src/lib.rs": _library(cell).encode(),
    }
    found |= carried_crates(sources)
    for folder, place in folders.items():
        found |= copied([folder], folder, place)
    return found


def _library(cell: Cell) -> str:
    """Write the module under its own name, unless the cell means something else by it."""
    taken = {token.text for token in tokenize(cell.text)} | KEYWORDS
    module = cell.module("python_module" if cell.name in taken else cell.name)
    return f"{cell.text}\n{module.replace('::pyo3', 'pyo3', 1)}" if module else cell.text


def _folders(deps: Deps) -> dict[Path, str]:
    """Choose a place for each crate of ``--deps`` that lies on this machine."""
    places: dict[Path, str] = {}
    for folder in dict.fromkeys(deps.folders):
        _check_stands_alone(folder)
        place = f"vendor/{folder.name}"
        same = sum(other == place or other.startswith(f"{place}-") for other in (CARRIED, *places.values()))
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
