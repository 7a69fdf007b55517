"""Every page keeps the rules of CONTRIBUTING.md, "Writing a chapter", as far as its text alone shows it."""

from __future__ import annotations

import jupytext
import pytest

from tests.chapters import pages, rules

PAGES = pages.table_of_contents()
CHAPTERS = [page for page in PAGES if pages.CHAPTER.fullmatch(page)]
BIBLIOGRAPHY = pages.ROOT / "book" / "references.bib"


@pytest.mark.parametrize("page", CHAPTERS)
@pytest.mark.parametrize(
    "rule", [rules.in_order, rules.one_import_cell, rules.every_section_asserts, rules.exercises_are_solved]
)
def test_a_chapter_has_its_shape(page: str, rule: rules.Rule) -> None:
    assert rule(pages.read(page)) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("rule", [rules.narrow_enough, rules.terms_are_plain, rules.fences_open])
def test_a_page_can_be_read(page: str, rule: rules.Rule) -> None:
    assert rule(pages.read(page)) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_needs_only_earlier_pages(page: str) -> None:
    assert rules.needs_earlier_pages(pages.read(page), PAGES) == []


@pytest.mark.parametrize("page", PAGES)
def test_sources_are_cited_and_known(page: str) -> None:
    bibliography = BIBLIOGRAPHY.read_text(encoding="utf-8") if BIBLIOGRAPHY.is_file() else None
    assert rules.sources_are_cited(pages.read(page), bibliography) == []


def test_every_chapter_is_in_the_table_of_contents() -> None:
    """A page that is not there is neither built nor tested."""
    there = {f"notebooks/{path.stem}" for path in (pages.ROOT / "notebooks").glob("*.md")}
    assert there - set(PAGES) == set()


@pytest.mark.parametrize("page", pages.notebooks())
def test_the_model_of_a_page_has_the_cells_that_run(page: str) -> None:
    """The rules look at cells as `tests.chapters.pages` reads them; jupytext reads those that run."""
    cells = [cell for cell in jupytext.read(pages.ROOT / f"{page}.md").cells if cell.cell_type == "code"]
    read = pages.read(page).cells
    assert [(cell.text, cell.options) for cell in read] == [(cell.source, dict(cell.metadata)) for cell in cells]
