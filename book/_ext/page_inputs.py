"""The files that a page is made from, and their state as one number."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
RUST_CELL = re.compile(r"^%%pyo3\b", re.MULTILINE)
NOT_INPUTS = frozenset({"target", "tests", "__pycache__", ".git", "_build", ".ipynb_checkpoints"})


class PageError(ValueError):
    """The front matter of a page is wrong; the text says how to mend it."""


@dataclass(frozen=True)
class Page:
    """A notebook page: what its front matter says, and the text below it."""

    meta: dict[str, Any]
    body: str

    @property
    def deps(self) -> list[str]:
        """Files and folders, relative to the book's root, that the page's outputs depend on."""
        deps = self.meta.get("deps", [])
        if not isinstance(deps, list) or not all(isinstance(dep, str) for dep in deps):
            raise PageError("`deps` in the front matter must be a list of files and folders")
        return deps


def parse(text: str) -> Page | None:
    """Split a page into front matter and body; ``None`` for a page without code cells that run."""
    match = FRONT_MATTER.match(text)
    meta = yaml.safe_load(match.group(1)) if match else None
    if not match or not isinstance(meta, dict) or "kernelspec" not in meta:
        return None
    page = Page(meta, text[match.end() :])
    if RUST_CELL.search(page.body) and not page.deps:
        raise PageError(
            "this page builds Rust cells but names no inputs, so that it would keep its old outputs when a crate "
            "changes: add `deps: [crates, src/gclab, Cargo.lock]` to its front matter"
        )
    return page


def input_files(root: Path, page: Page) -> list[Path]:
    """List the files behind ``deps``, in a fixed order."""
    return [file for dep in page.deps for file in _files(root, dep)]


def _files(root: Path, dep: str) -> Iterator[Path]:
    path = root / dep
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise PageError(f"`deps` in the front matter names `{dep}`, which is not there")
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(set(folders) - NOT_INPUTS)
        yield from (path.__class__(folder, name) for name in sorted(names) if not name.endswith(".pyc"))


def state(root: Path, files: list[Path]) -> str:
    """Return one number for the content of the files, the interpreter and the compiler."""
    digest = hashlib.sha256(toolchain(root).encode())
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@lru_cache
def toolchain(root: Path) -> str:
    """Return what ``rustc -vV`` says in the book's folder, below the version of Python."""
    rustc = subprocess.run(["rustc", "-vV"], cwd=root, capture_output=True, text=True, check=True)  # noqa: S607
    return f"{sys.version}\n{rustc.stdout}"


def with_state(page: Page, number: str) -> str:
    """Return the page's text with the state of its inputs in the kernelspec block.

    jupyter-cache makes its key from that block, the code cells and their metadata; nothing else of the front
    matter is in it.
    """
    meta = {**page.meta, "kernelspec": {**page.meta["kernelspec"], "inputs_sha256": number}}
    return f"---\n{yaml.safe_dump(meta, sort_keys=False)}---\n{page.body}"
