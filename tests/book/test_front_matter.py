"""What a page may say in its front matter, and what the build makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import front_matter
import goals_box
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chapters.small_book import SmallBook

GOOD: dict[str, Any] = {
    "deps": ["src/gclab"],
    "jupytext": {},
    "kernelspec": {},
    "minutes": 15,
    "goals": ["show that a class leaks", "write a test"],
    "needs": ["book/setup.md"],
}
CHAPTER = "notebooks/01-first"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "setup.md").write_text("# Set up\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("change", [{}, {"needs": []}, {"needs": ["book/setup"]}, {"minutes": 5}, {"minutes": 90}])
def test_a_good_chapter_has_no_problem(root: Path, change: dict[str, Any]) -> None:
    assert front_matter.problems(root, CHAPTER, {**GOOD, **change}) == []


def test_a_page_that_is_no_chapter_needs_nothing_but_its_kernel(root: Path) -> None:
    assert front_matter.problems(root, "book/setup", {"kernelspec": {}}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minutes": 200}, "`minutes` is 200: write how long the page takes"),
        ({"minutes": 4}, "`minutes` is 4: write"),
        ({"minutes": "15"}, "`minutes` is '15': write"),
        ({"minutes": True}, "`minutes` is True: write"),
        ({"goals": ["see one thing"]}, "write a list of 2 to 6 things"),
        ({"goals": [f"do thing {number}" for number in range(7)]}, "write a list of 2 to 6 things"),
        ({"goals": ["show it", "Write a test"]}, "`goals` is 'Write a test': write a goal that begins with a verb"),
        ({"goals": ["show it", "write a test."]}, "`goals` is 'write a test.': write a goal"),
        ({"goals": ["show it", "the reason"]}, "`goals` is 'the reason': write a goal"),
        ({"needs": "book/setup.md"}, "`needs` is 'book/setup.md': write a list of the pages"),
        ({"needs": ["book/gone.md"]}, "`needs` in the front matter names `book/gone.md`, which is not there"),
        ({"deps": "src/gclab"}, "`deps` is 'src/gclab': write a list of files and folders"),
        ({"minuts": 15}, "`minuts` is no key of a page: write one of `deps`, `jupytext`, `kernelspec`, `minutes`"),
    ],
)
def test_a_mistake_is_named_once_with_what_to_write(root: Path, change: dict[str, Any], said: str) -> None:
    (problem,) = front_matter.problems(root, CHAPTER, {**GOOD, **change})
    assert said in problem
    assert "in the front matter" in problem


@pytest.mark.parametrize("key", ["deps", "goals", "minutes", "needs"])
def test_a_chapter_says_all_of_it(root: Path, key: str) -> None:
    meta = {name: value for name, value in GOOD.items() if name != key}
    (problem,) = front_matter.problems(root, CHAPTER, meta)
    assert problem.startswith(f"`{key}` is missing: write")


def test_two_mistakes_are_two_problems(root: Path) -> None:
    assert len(front_matter.problems(root, CHAPTER, {**GOOD, "minutes": 0, "kind": "a", "level": "b"})) == 3


def test_the_box_stands_below_the_title_with_links_that_fit_the_page(root: Path) -> None:
    body = goals_box.with_goals(root, CHAPTER, GOOD, "\n# A page\n\nText.\n")
    title, _, box = body.partition("# A page\n")
    assert title == "\n"
    assert "- show that a class leaks;\n- write a test.\n" in box
    assert "About 15 minutes. Before it: [](../book/setup.md)." in box
    assert box.endswith("\n\nText.\n")


def test_a_page_without_goals_has_no_box(root: Path) -> None:
    assert goals_box.with_goals(root, "book/setup", {}, "# A page\n") == "# A page\n"


def test_the_build_shows_the_box_and_names_the_page_with_a_mistake(small_book: SmallBook) -> None:
    good = "minutes: 15\nneeds: [first.md]\ndeps: []\ngoals: [show `a` leak, write a test]\n"
    (small_book.folder / "notebooks").mkdir()
    small_book.page("first", "1 + 1")
    chapter = small_book.page("notebooks/second", "1 + 1", more=good)
    built = small_book.build()
    assert built.returncode == 0, built.output
    html = (small_book.folder / "_build" / "html" / "notebooks" / "second.html").read_text(encoding="utf-8")
    assert "After this page you can" in html
    assert '<code class="docutils literal notranslate"><span class="pre">a</span></code> leak;' in html
    assert 'href="../first.html"' in html

    chapter.write_text(chapter.read_text(encoding="utf-8").replace("minutes: 15", "minutes: 150"), encoding="utf-8")
    built = small_book.build()
    assert built.returncode != 0
    assert "second.md" in built.output
    assert "`minutes` is 150" in built.output
