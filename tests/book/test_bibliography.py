"""The sources of the book: each entry says what it is, and a citation without an entry is red."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import source_style
from pybtex.database import parse_file

if TYPE_CHECKING:
    from tests.chapters.small_book import SmallBook

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = parse_file(str(ROOT / "book" / "references.bib")).entries


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_says_what_it_is_and_where(key: str) -> None:
    fields = ENTRIES[key].fields
    assert {name for name in source_style.NEEDED if not fields.get(name)} == set()
    assert fields["year"].isdigit()
    assert fields["url"].startswith("https://")


def test_no_two_entries_look_alike() -> None:
    labels = Counter(entry.fields["label"] for entry in ENTRIES.values())
    assert {label for label, count in labels.items() if count > 1} == set()


def test_a_citation_leads_to_its_entry_and_one_without_an_entry_is_red(small_book: SmallBook) -> None:
    page = small_book.page("first", "1 + 1")
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text}\nSafe {{cite}}`pep442`.\n", encoding="utf-8")
    shutil.copy(ROOT / "book" / "bibliography.md", small_book.folder / "book")
    small_book.pages.append("book/bibliography")
    built = small_book.build()
    assert built.returncode == 0, built.output
    html = (small_book.folder / "_build" / "html" / "first.html").read_text(encoding="utf-8")
    assert ">PEP 442</a>" in html
    sources = (small_book.folder / "_build" / "html" / "book" / "bibliography.html").read_text(encoding="utf-8")
    assert '<div class="citation-list">' in sources, "a list of parts that are no list items misleads screen readers"

    page.write_text(f"{text}\nSafe {{cite}}`pep9999`.\n", encoding="utf-8")
    built = small_book.build()
    assert built.returncode != 0
    assert "pep9999" in built.output
