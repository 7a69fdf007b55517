"""The first use of a term on a page leads to the glossary, and nothing else does."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import glossary
import pytest
import term_links
from docutils import nodes
from docutils.utils import new_document
from sphinx.addnodes import pending_xref

if TYPE_CHECKING:
    from tests.chapters.small_book import SmallBook

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = glossary.parse(TEXT)
LINK = re.compile(r"\[\]\([^)]+\.md\)")
SMALL = """# Glossary

```{glossary}
:sorted:

cycle
reference cycle
  A ring.

.. also as: leaked
leak
  What stays.

leak report
  A list of leaks.

.. only as: the bag
bag
  A place.
```
"""
WORDS = glossary.Words(glossary.parse(SMALL))


def found(text: str) -> list[tuple[str, str]]:
    return [(match[0], term) for match, term in WORDS.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Reference cycles and a cycle", ["Reference cycles", "cycle"], id="the longer term, and a plural"),
        pytest.param("a leak report", ["leak report"], id="the longer term that begins at the same place"),
        pytest.param("a reference\ncycle", ["reference\ncycle"], id="over the end of a line"),
        pytest.param("it has leaked. A leak's size", ["leaked", "leak"], id="an inflection, and a genitive"),
        pytest.param("bicycle, leak-free, gc.leak, leaky", [], id="part of another word"),
        pytest.param("a bag, the bag, bags", ["the bag"], id="a word that is common in another meaning"),
    ],
)
def test_a_text_is_searched_for_terms(text: str, expected: list[str]) -> None:
    assert [shown for shown, _ in found(text)] == expected


def test_a_synonym_leads_to_the_first_term_of_its_entry() -> None:
    assert found("a reference cycle") == [("reference cycle", "cycle")]


@pytest.mark.parametrize(
    ("term", "expected"), [("cycle", "cycles"), ("class", "classes"), ("library", "libraries"), ("array", "arrays")]
)
def test_a_plural_is_plain_english(term: str, expected: str) -> None:
    assert glossary.plural(term) == expected


def linked(*children: nodes.Node) -> list[str]:
    """Return what is linked on a page with these parts."""
    page = new_document("page")
    page += list(children)
    before = page.astext()
    term_links.add(page, WORDS, "page")
    assert page.astext() == before, "a link changes no word"
    return [node.astext() for node in page.findall(pending_xref)]


def prose(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text)


def test_only_the_first_use_on_a_page_is_linked() -> None:
    listing = nodes.bullet_list("", nodes.list_item("", prose("a leak and a cycle")))
    assert linked(prose("A cycle. Another cycle."), prose("Reference cycles"), listing) == ["cycle", "leak"]


def test_words_with_emphasis_are_prose() -> None:
    assert linked(nodes.paragraph("", "", nodes.emphasis("", "leak"))) == ["leak"]


@pytest.mark.parametrize(
    "part",
    [
        nodes.title("", "A leak"),
        nodes.paragraph("", "", nodes.literal("", "leak")),
        nodes.literal_block("", "leak"),
        nodes.paragraph("", "", nodes.reference("", "leak", refuri="there")),
        nodes.admonition("", prose("leak"), classes=["goals"]),
        nodes.container("", prose("leak"), classes=["cell_output"]),
        nodes.figure("", nodes.caption("", "leak")),
    ],
    ids=lambda part: type(part).__name__,
)
def test_what_is_no_running_text_is_left_alone(part: nodes.Element) -> None:
    assert linked(part.deepcopy()) == []


def test_a_term_that_the_page_links_itself_counts_as_the_first_use() -> None:
    own = term_links.link("leak", "leak", "page")
    assert linked(nodes.paragraph("", "", own), prose("a leak")) == ["leak"]


def test_every_term_of_the_glossary_can_be_reached() -> None:
    """A word of the text leads to each entry: no entry is hidden behind another one."""
    words = glossary.Words(ENTRIES)
    for entry in ENTRIES:
        for form in entry.forms:
            assert [term for _, term in words.find(f"So {form}, he said.")] == [entry.terms[0]], form


def test_no_word_means_two_things() -> None:
    forms = Counter(form for entry in ENTRIES for form in entry.forms)
    assert {form: count for form, count in forms.items() if count > 1} == {}


def test_the_build_links_a_page_and_reads_it_again_when_the_glossary_changes(small_book: SmallBook) -> None:
    """The page is read again, and not executed again."""
    count = "with open('runs.txt', 'a') as file:\n    file.write('x')"
    page = small_book.page("first", count)
    page.write_text(f"{page.read_text(encoding='utf-8')}\nA leak of a thing.\n", encoding="utf-8")
    path = small_book.folder / "book" / "glossary.md"
    path.write_text(SMALL, encoding="utf-8")
    small_book.pages.append("book/glossary")
    built = small_book.build()
    assert built.returncode == 0, built.output
    html = small_book.folder / "_build" / "html" / "first.html"
    assert 'href="book/glossary.html#term-leak"' in html.read_text(encoding="utf-8")

    path.write_text(SMALL.replace("\ncycle\n", "\nthing\n  Anything.\n\ncycle\n"), encoding="utf-8")
    built = small_book.build()
    assert built.returncode == 0, built.output
    assert 'href="book/glossary.html#term-thing"' in html.read_text(encoding="utf-8")
    assert (small_book.folder / "runs.txt").read_text(encoding="utf-8") == "x"


def test_the_glossary_of_the_book_builds(small_book: SmallBook) -> None:
    """Each term that the parser of the links reads is one that Sphinx knows."""
    page = small_book.page("first", "1 + 1")
    text = "\n\n".join(f"{{term}}`{term}`" for entry in ENTRIES for term in entry.terms)
    page.write_text(f"{page.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    for name in ("glossary", "bibliography"):
        source = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
        alone = LINK.sub("A chapter", source)  # the small book has no chapters
        (small_book.folder / "book" / f"{name}.md").write_text(alone, encoding="utf-8")
        small_book.pages.append(f"book/{name}")
    built = small_book.build()
    assert built.returncode == 0, built.output
