"""Draw the two pictures of the README from the cells of chapter 01, or, with --check, compare them with the files."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import jupytext
import nbclient
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "notebooks" / "01-first-leak.md"
FOLDER = ROOT / "book" / "images"
PICTURES = {"before": "first-leak-before.svg", "after": "first-leak-after.svg"}


def draw(folder: Path) -> None:
    """Run the chapter, and save what its variables ``before`` and ``after`` show."""
    notebook = jupytext.read(PAGE)
    saves = [f"{variable}.save({str(folder / name)!r})" for variable, name in PICTURES.items()]
    notebook.cells.append(new_code_cell("\n".join(saves)))  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(PAGE.parent)}}
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()


def stale() -> list[str]:
    """Name the pictures that a fresh drawing differs from."""
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))
        return [
            name
            for name in PICTURES.values()
            if not (FOLDER / name).is_file() or (FOLDER / name).read_bytes() != Path(folder, name).read_bytes()
        ]


def main() -> int:
    """Parse, draw or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a picture is not up to date")
    if not parser.parse_args().check:
        FOLDER.mkdir(exist_ok=True)
        draw(FOLDER)
        return 0
    old = stale()
    print(f"not up to date: {', '.join(old)}; run `make pictures`" if old else "the pictures are up to date")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
