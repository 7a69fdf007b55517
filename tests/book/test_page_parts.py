"""What chapters are made of: captions below pictures, folded solutions, entries of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jupytext
import pytest

from tests.chapters.small_book import SmallBook

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = """---
mystnb:
  figure:
    caption: The *list* is in a cycle.
---
ring = []
ring.append(ring)
gclab.graph(ring)"""
REST = """
```{index} single: cycle; of a list
```

## Exercises

```{exercise-start} How many
:label: how-many
```

Count them.

```{exercise-end}
```

```{solution-start} how-many
:class: dropdown
```

```{code-cell} ipython3
assert len(ring) == 1
```

```{solution-end}
```
"""


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    """Write a page that has all parts."""
    book = SmallBook(tmp_path_factory.mktemp("book"))
    path = book.page("first", "import gclab", PICTURE)
    path.write_text(path.read_text(encoding="utf-8") + REST, encoding="utf-8")
    index = book.folder / "genindex.md"
    index.write_text("# Index\n", encoding="utf-8")
    book.pages.append("genindex")
    built = book.build()
    assert built.returncode == 0, built.output
    return book


@pytest.fixture
def html(chapter: SmallBook) -> Path:
    return chapter.folder / "_build" / "html"


def test_a_caption_stands_below_its_picture(html: Path) -> None:
    figure = (html / "first.html").read_text(encoding="utf-8").partition("<figure")[2].partition("</figure>")[0]
    picture, _, caption = figure.partition("<figcaption>")
    assert "gclab-graph" in picture
    assert "The <em>list</em> is in a cycle." in caption


def test_a_caption_survives_saving(chapter: SmallBook) -> None:
    notebook = jupytext.read(chapter.folder / "first.md")
    (cell,) = (cell for cell in notebook.cells if "mystnb" in cell.metadata)
    assert cell.metadata["mystnb"]["figure"]["caption"] == "The *list* is in a cycle."
    saved = jupytext.writes(notebook, fmt="md:myst")
    assert PICTURE in saved


def test_a_solution_is_folded(html: Path) -> None:
    assert '<div class="solution dropdown admonition"' in (html / "first.html").read_text(encoding="utf-8")


def test_the_index_has_the_entry_and_stands_in_the_contents(html: Path) -> None:
    assert "of a list" in (html / "genindex.html").read_text(encoding="utf-8")
    contents = (html / "first.html").read_text(encoding="utf-8").partition('class="bd-links')[2]
    assert 'href="genindex.html"' in contents
