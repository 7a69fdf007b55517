"""Each rule of a chapter finds a planted mistake, and nothing in a page without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chapters import outputs, pages, rules

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chapters.pages import Page

GOOD = """---
needs: [book/setup]
---

# A chapter

A window leaks {cite}`pep442`.

```{code-cell} ipython3
%load_ext gclab

import gc

gc.disable()
```

## The window

```{code-cell} ipython3
%%pyo3 windows
#[pyclass]
struct Window {
    size: u32,
}
```

**Predict.**
It has one field.
Which arrows leave it?

```{code-cell} ipython3
---
mystnb:
  figure:
    caption: No arrow.
---
assert 1
assert 2
assert 3
picture
```

```rust
struct Window { size: u32, }
```

## Pitfalls

- None.

## Exercises

```{exercise-start} A door
:label: door
```

Write a door.

```{exercise-end}
```

```{solution-start} door
:class: dropdown
```

```{code-cell} ipython3
assert 4
assert 5
assert 6
```

```{solution-end}
```

## Key points

## What is next
"""
CONTENTS = ["book/index", "book/setup", "notebooks/02-windows", "notebooks/03-doors"]
PICTURE = 2  # the number of the cell above that draws


def findings(page: Page) -> list[str]:
    """Apply every rule to a page."""
    return [
        *rules.in_order(page),
        *rules.one_import_cell(page),
        *rules.needs_earlier_pages(page, CONTENTS),
        *rules.pictures_are_introduced(page, [PICTURE]),
        *rules.every_section_asserts(page),
        *rules.narrow_enough(page),
        *rules.rust_is_compiled(page, ["fn shown() {}"], lambda: rules.compiled(["/// fn example() {}"])),
        *rules.exercises_are_solved(page),
        *rules.sources_are_cited(page, "@techreport{pep442,\n title = {x}}"),
        *rules.terms_are_plain(page),
        *rules.fences_open(page),
    ]


def test_a_good_page_has_no_findings() -> None:
    """Without this control the others could find anything."""
    assert findings(pages.parse("notebooks/02-windows", GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## Pitfalls", "## Traps", "notebooks/02-windows.md: end with the sections Pitfalls / Exercises"),
        ("## What is next", "## What is next\n\n## More", "end with the sections"),
        ("gc.disable()", "windows = []", "md:9: let the first cell have the imports"),
        ("assert 1\n", "import os\nassert 1\n", "md:31: move the imports"),
        ("[book/setup]", "[notebooks/03-doors]", "`needs` names `notebooks/03-doors`"),
        ("    caption: No arrow.", "    name: arrow", "give the picture a caption"),
        ("leave it?", "leave it.", "write a paragraph that begins with **Predict.**"),
        ("**Predict.**", "Predict.", "write a paragraph that begins with **Predict.**"),
        ("assert 1\nassert 2\nassert 3\n", "", "md:17: assert in `The window`"),
        ("assert 1\nassert 2\nassert 3\n", "1\n2\n3\n", "assert more: 3 asserts"),
        ("assert 1\n", f"assert 1 {'#' * 80}\n", "md:31: break the line of 89 columns; 88 fit"),
        ("#[pyclass]\n", f"#[pyclass] {'/' * 110}\n", "md:19: break the line of 121 columns; 88 fit"),
        ("struct Window { size", "struct Window { width", "md:43: let this Rust be a part"),
        (":label: door\n", "", "with a `:label:`"),
        ("{solution-start} door", "{solution-start} gate", "write its solution: `{solution-start} door`"),
        ("{solution-start} door", "{solution-start} gate", "no exercise has the label `gate`"),
        (":class: dropdown\n", "", "fold the solution"),
        ("assert 4\nassert 5\nassert 6", "4", "end the solution in an assert"),
        ("```{code-cell} ipython3\nassert 4\nassert 5\nassert 6\n```", "Like a window.", "solve the exercise in code"),
        (" {cite}`pep442`", "", "cite a source"),
        ("{cite}`pep442`", "{cite:t}`pep442, pep999`", "add `pep999` to book/references.bib"),
        ("{exercise-start} A door", "{exercise-start} A `Door`", "write the title without backticks"),
        ("A window leaks", "A {term}`cycle` leaks", "write the term without {term}"),
    ],
)
def test_a_planted_mistake_is_found(old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = findings(pages.parse("notebooks/02-windows", GOOD.replace(old, new, 1)))
    assert any(said in one for one in found), found


def test_an_assert_that_is_too_far_from_the_picture_is_none() -> None:
    """The solution's cell is the next one here; with two cells between it is too far away."""
    bare = GOOD.replace("assert 1\nassert 2\nassert 3\n", "")
    between = "```{code-cell} ipython3\n1\n```\n\n" * 2
    near, far = (
        pages.parse("notebooks/02-windows", text) for text in (bare, bare.replace("```rust", between + "```rust"))
    )
    assert rules.pictures_are_introduced(near, [PICTURE]) == []
    assert "assert the picture's claim" in rules.pictures_are_introduced(far, [PICTURE])[0]


def test_each_picture_needs_a_question_of_its_own_except_in_a_solution() -> None:
    cell = "```{code-cell} ipython3\n---\nmystnb:\n  figure:\n    caption: Again.\n---\nassert 1\n```\n\n"
    outside = pages.parse("notebooks/02-windows", GOOD.replace("## Pitfalls", cell + "## Pitfalls"))
    assert "**Predict.**" in rules.pictures_are_introduced(outside, [PICTURE, PICTURE + 1])[0]
    inside = pages.parse("notebooks/02-windows", GOOD.replace("```{solution-end}", cell + "```{solution-end}"))
    assert rules.pictures_are_introduced(inside, [PICTURE, PICTURE + 2]) == []


def test_rust_of_outputs_and_of_compiled_files_may_be_shown() -> None:
    page = pages.parse("book/page", "```rust\nfn shown() {}\n```\n\n:::{note}\n```rust\nfn example() {}\n```\n:::\n")
    files = rules.compiled(["/// fn example() {}"])
    assert rules.rust_is_compiled(page, ["fn shown() {}"], lambda: files) == []
    assert len(rules.rust_is_compiled(page, [], lambda: "")) == 2


def test_the_table_of_contents_is_read_with_its_parts_and_sections() -> None:
    text = "root: a\nparts:\n- chapters:\n  - file: b\n    sections:\n    - file: c\n  - file: d\n"
    assert pages.listed(text) == ["a", "b", "c", "d"]


def cell(text: str = "", **more: object) -> outputs.Cell:
    """Make a cell that has printed a text."""
    shown = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    return {"source": "f()", "tags": [], "raises": None, "outputs": shown, **more}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"see {pages.ROOT}/src/lib.rs", "a path of the machine"),
        ("<Window object at 0x7f3a12345678>", "an address"),
        ("thread '<unnamed>' (12345) panicked", "the number of a thread"),
        ("built in 1.23 s", "a duration"),
        ("12 ms", "a duration"),
        ("3.5x as fast, in 20 µs", "a duration"),
    ],
)
def test_an_output_that_changes_is_found(text: str, said: str) -> None:
    assert said in outputs.unsteady("book/page", [cell(text)])[0]
    page = [{"output_type": "display_data", "data": {"text/html": f"<p>{text.replace('<', '&lt;')}</p>"}}]
    assert said in outputs.unsteady("book/page", [cell(outputs=page)])[0]
    error = [{"output_type": "error", "traceback": [f"\x1b[31m{text}\x1b[0m"]}]
    assert said in outputs.unsteady("book/page", [cell(outputs=error)])[0]


def test_a_steady_output_is_not_accused() -> None:
    text = "ended by its time limit of 5 s; 3 objects, 0x10, 1.5 times, 12 msgs"
    style = [{"output_type": "display_data", "data": {"text/html": "<style>a{transition:0.2s}</style>"}}]
    measured = cell("1.23 s", tags=["measured"])
    assert outputs.unsteady("book/page", [cell(text), cell(outputs=style), measured]) == []


def test_a_warning_that_no_page_shows_is_found() -> None:
    shown = [{"output_type": "stream", "name": "stderr", "text": "careful"}]
    assert "writes to stderr" in outputs.unsteady("book/page", [cell(outputs=shown)])[0]


def test_two_runs_are_compared() -> None:
    pieces = [{"output_type": "stream", "name": "stdout", "text": text} for text in ("a\n", "b\n")]
    assert outputs.differences("book/page", [cell("a\nb\n")], [cell(outputs=pieces)]) == []
    found = outputs.differences("book/page", [cell("a"), cell("same 1")], [cell("a"), cell("same 2")])
    assert len(found) == 1
    assert "book/page.md: code cell 2 (`f()`)" in found[0]
    measured = {"tags": ["measured"]}
    assert outputs.differences("book/page", [cell("1", **measured)], [cell("2", **measured)]) == []
    for form in outputs.COMPARED:
        runs = [[cell(outputs=[{"output_type": "display_data", "data": {form: text}}])] for text in "xy"]
        assert len(outputs.differences("book/page", *runs)) == 1
    assert "other cells" in outputs.differences("book/page", [cell("a")], [])[0]


def test_a_record_of_an_older_page_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "RECORD", tmp_path)
    assert outputs.recorded("book/setup") is None
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "setup.json").write_text('{"inputs": "older", "cells": []}', encoding="utf-8")
    assert outputs.recorded("book/setup") is None
