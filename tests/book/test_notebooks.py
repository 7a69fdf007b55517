"""Every page of the book runs, from its Markdown, cell by cell, and fails only where it says so."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbclient
import pytest
import yaml
from jupytext.config import load_jupytext_config

ROOT = Path(__file__).resolve().parents[2]


def pages() -> list[str]:
    """Name the notebooks of the table of contents, in its order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    return [name for name in names if "\nkernelspec:" in (ROOT / f"{name}.md").read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", pages())
def test_the_page_runs(page: str) -> None:
    """A cell fails if and only if it is tagged ``raises-exception``, and then with the error it names."""
    path = ROOT / f"{page}.md"
    notebook = jupytext.read(path)
    client = nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            raised = [output.ename for output in cell.outputs if output.output_type == "error"]
            expected = cell.metadata.get("raises")
            assert raised == ([expected] if expected else []), cell.source
            assert bool(expected) == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


@pytest.mark.parametrize("page", pages())
def test_saving_the_page_as_a_notebook_changes_nothing(page: str) -> None:
    """JupyterLab saves through jupytext, which drops front matter that pyproject.toml does not name."""
    path = ROOT / f"{page}.md"
    saved = jupytext.writes(jupytext.read(path), fmt="md:myst", config=load_jupytext_config(str(path)))
    assert saved == path.read_text(encoding="utf-8")
