"""Every page of the book runs, from its Markdown, cell by cell, and fails only where it says so.

What needs the outputs of a page is checked here as well, so that a page runs once. The outputs are kept in
target/book-outputs: `make test-site` compares them with those of the built book.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import jupytext
import pytest
from jupytext.config import load_jupytext_config

from tests.chapters import outputs, pages, rules

if TYPE_CHECKING:
    from tests.chapters.outputs import Runs

PAGES = pages.notebooks()
CHAPTERS = [page for page in PAGES if pages.CHAPTER.fullmatch(page)]
COMPILED = ("crates/**/*.rs", "tests/rust/*.rs", "src/gclab/starter/**/*.rs")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_runs(page: str, runs: Runs) -> None:
    """A cell fails if and only if it is tagged ``raises-exception``, and then with the error it names."""
    for cell in runs[page].result():
        raised = [output["ename"] for output in cell["outputs"] if output["output_type"] == "error"]
        assert raised == ([cell["raises"]] if cell["raises"] else []), cell["source"]
        assert bool(cell["raises"]) == ("raises-exception" in cell["tags"]), cell["source"]


@pytest.mark.parametrize("page", PAGES)
def test_the_outputs_hold_nothing_that_changes(page: str, runs: Runs) -> None:
    assert outputs.unsteady(page, runs[page].result()) == []


@pytest.mark.parametrize("page", PAGES)
def test_rust_in_prose_is_compiled(page: str, runs: Runs) -> None:
    shown = [text for cell in runs[page].result() for text in outputs.texts(cell)]
    assert rules.rust_is_compiled(pages.read(page), shown, compiled_files) == []


@cache
def compiled_files() -> str:
    """Read the Rust of the repository that a compiler reads too."""
    files = sorted(file for pattern in COMPILED for file in pages.ROOT.glob(pattern))
    return rules.compiled([file.read_text(encoding="utf-8") for file in files])


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_picture_has_a_question_a_caption_and_an_assert(page: str, runs: Runs) -> None:
    pictures = [number for number, cell in enumerate(runs[page].result()) if rules.has_picture(cell)]
    assert rules.pictures_are_introduced(pages.read(page), pictures) == []


@pytest.mark.parametrize("page", PAGES)
def test_saving_the_page_as_a_notebook_changes_nothing(page: str) -> None:
    """JupyterLab saves through jupytext, which drops front matter that pyproject.toml does not name."""
    path = pages.ROOT / f"{page}.md"
    saved = jupytext.writes(jupytext.read(path), fmt="md:myst", config=load_jupytext_config(str(path)))
    assert saved == path.read_text(encoding="utf-8")
