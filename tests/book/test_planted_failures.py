"""A build that should be red is red, says where, and stays red until the cause is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.chapters.small_book import SmallBook

COUNT = "from pathlib import Path\nwith Path('runs.txt').open('a') as file:\n    file.write('x')"


def test_a_good_book_is_green(small_book: SmallBook) -> None:
    """Without this control the other tests could be red for any reason."""
    small_book.page("first", "1 + 1", ":tags: [raises-exception]\n:raises: ZeroDivisionError\n\n1 / 0")
    built = small_book.build()
    assert built.returncode == 0, built.output


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        pytest.param("assert 1 + 1 == 3", "the cell `assert 1 + 1 == 3` failed", id="a wrong assert"),
        pytest.param(
            ":tags: [remove-cell]\n\nassert 1 + 1 == 3",
            "the cell `assert 1 + 1 == 3` failed",
            id="a wrong hidden assert",
        ),
        pytest.param(
            ":tags: [raises-exception]\n:raises: ValueError\n\nint('7')",
            "the cell `int('7')` must fail with ValueError, and did not fail",
            id="a cell that stopped failing",
        ),
        pytest.param(
            ":tags: [raises-exception]\n:raises: ValueError\n\nint(None)",
            "must fail with ValueError, and failed otherwise: TypeError",
            id="a cell that fails otherwise",
        ),
        pytest.param(
            ":tags: [raises-exception]\n\nint('x')",
            "must fail, but does not say how",
            id="a cell that does not say how it fails",
        ),
        pytest.param("%%pyo3\n#[pyfunction]\nfn f() {}", "names no inputs", id="a Rust page without inputs"),
    ],
)
def test_a_broken_cell_turns_the_build_red_and_is_named(small_book: SmallBook, cell: str, said: str) -> None:
    small_book.page("first", cell)
    built = small_book.build()
    assert built.returncode != 0
    assert "first.md" in built.output
    assert said in built.output


def test_a_dead_reference_turns_the_build_red(small_book: SmallBook) -> None:
    path = small_book.page("first", "1 + 1")
    path.write_text(path.read_text(encoding="utf-8") + "\nSee [there](#no-such-place).\n", encoding="utf-8")
    built = small_book.build()
    assert built.returncode != 0
    assert "no-such-place" in built.output


def test_inputs_that_are_not_there_turn_the_build_red(small_book: SmallBook) -> None:
    small_book.page("first", "1 + 1", more="deps: [crates/gone]\n")
    built = small_book.build()
    assert built.returncode != 0
    assert "`crates/gone`, which is not there" in built.output


def test_a_red_build_stays_red(small_book: SmallBook) -> None:
    """Sphinx alone keeps the failed page as good and is green at the second run of the same command."""
    small_book.page("first", "assert 1 + 1 == 3")
    assert small_book.build().returncode != 0
    assert small_book.build().returncode != 0


def test_an_edited_crate_makes_its_pages_run_again_and_no_others(small_book: SmallBook) -> None:
    """A page whose claim no longer holds after the edit is red; it does not stay as it was."""
    crate = small_book.folder / "crates" / "demo" / "src" / "lib.rs"
    crate.parent.mkdir(parents=True)
    crate.write_text("fn answer() -> u8 { 42 }\n", encoding="utf-8")
    (small_book.folder / "other").mkdir()
    claim = "assert '42' in Path('crates/demo/src/lib.rs').read_text()"
    small_book.page("first", f"{COUNT}\n{claim}", more="deps: [crates/demo]\n")
    small_book.page("other/second", COUNT)
    first_runs, second_runs = small_book.folder / "runs.txt", small_book.folder / "other" / "runs.txt"

    built = small_book.build()
    assert built.returncode == 0, built.output
    built = small_book.build()
    assert built.returncode == 0, built.output
    assert (first_runs.read_text(), second_runs.read_text()) == ("x", "x")

    crate.write_text("fn answer() -> u8 { 43 }\n", encoding="utf-8")
    built = small_book.build()
    assert built.returncode != 0, "the page kept the output of the old crate"
    assert "first.md" in built.output
    assert (first_runs.read_text(), second_runs.read_text()) == ("xx", "x")
