"""What ``--deps`` adds to a cell's dependencies."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from gclab.errors import CellError
from gclab.rust.sources import digest_folder

_PATH = re.compile(r"(\bpath\s*=\s*)([\"'])(.+?)\2")


@dataclass(frozen=True)
class Deps:
    """Lines for ``[dependencies]`` in which every path is absolute, these paths, and a digest of what lies there."""

    lines: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    digest: str = ""


def read_deps(given: tuple[str, ...], folder: Path) -> Deps:
    """Read the arguments of ``--deps``; a relative ``path`` starts at `folder`, the user's own."""
    lines = [line.strip() for text in given for line in text.splitlines() if line.strip()]
    for line in lines:
        if line.startswith("[") or "=" not in line:
            raise CellError(
                f"--deps takes a line of Cargo.toml, in quotes because of its own: --deps 'serde = \"1\"'. "
                f"This is none: {line}"
            )
    folders: list[Path] = []
    absolute = tuple(_absolute(line, folder, folders) for line in lines)
    return Deps(absolute, tuple(folders), "".join(map(digest_folder, folders)))


def _absolute(line: str, folder: Path, folders: list[Path]) -> str:
    def replace(match: re.Match[str]) -> str:
        path = Path(os.path.normpath(folder / Path(match[3]).expanduser()))
        if not (path / "Cargo.toml").is_file():
            raise CellError(f"--deps: there is no crate in {match[3]!r} (the path starts at the working folder).")
        folders.append(path)
        return f"{match[1]}'{path.as_posix()}'"

    return _PATH.sub(replace, line)
