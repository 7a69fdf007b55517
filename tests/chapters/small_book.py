"""Small books with the real settings and the real extension, built by the real program."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))  # as Sphinx does for the extension
FRONT_MATTER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
{more}---

# A page

"""


@dataclass(frozen=True)
class Built:
    """What a build said."""

    returncode: int
    output: str


class SmallBook:
    """A book of a few pages in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("_config.yml", "Cargo.lock", "rust-toolchain.toml"):
            shutil.copy(ROOT / name, folder / name)
        for name in ("book/_ext", "book/_vendor"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "book" / "references.bib", folder / "book" / "references.bib")
        self.pages: list[str] = []

    def page(self, name: str, *cells: str, more: str = "") -> Path:
        """Write a notebook page; a cell is code, perhaps with its options in front of it."""
        path = self.folder / f"{name}.md"
        body = "\n".join(f"```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
        path.write_text(FRONT_MATTER.format(more=more) + body, encoding="utf-8")
        self.pages.append(name)
        return path

    def build(self) -> Built:
        """Build as `make book` does."""
        chapters = "".join(f"  - file: {page}\n" for page in self.pages[1:])
        toc = f"format: jb-book\nroot: {self.pages[0]}\n" + (f"chapters:\n{chapters}" if chapters else "")
        (self.folder / "_toc.yml").write_text(toc, encoding="utf-8")
        program = shutil.which("jupyter-book", path=sysconfig.get_path("scripts"))
        assert program, f"jupyter-book is not installed beside {Path(sys.executable).name}"
        done = subprocess.run(
            [program, "build", "-W", "-n", "--keep-going", "."],
            cwd=self.folder,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        return Built(done.returncode, done.stdout)
