"""Every page in a real browser: nothing is cut off, what is folded opens with the keyboard, and axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.axe import serious_findings
from tests.chapters.pages import CHAPTER, table_of_contents
from tests.chapters.rules import WIDEST_IN_CHAPTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}
PAGES = [*table_of_contents(), "genindex"]
CHAPTERS = list(filter(CHAPTER.fullmatch, PAGES))
FOLDS = {
    "a solution": (".solution .toggle-button", "node => !node.closest('.solution').matches('.toggle-hidden')"),
    "a picture as text": (".gclab-graph summary, figure summary", "node => node.closest('details').open"),
    "a cell": ("details.hide > summary", "node => node.closest('details').open"),
}
# The boxes that scroll although each of their lines is short enough.
CUT = """
(boxes, columns) => boxes.filter(box => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
  .filter(box => box.textContent.split("\\n").every(line => line.length <= columns))
  .map(box => box.textContent.trim().slice(0, 60))
"""
# The keyboard reaches each box of code that scrolls.
REACHABLE = """
() => [...document.querySelectorAll(".bd-article pre")]
  .every(box => box.clientWidth === 0 || box.scrollWidth <= box.clientWidth || box.tabIndex === 0)
"""


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def desktop(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(phone: Page, address: str, name: str) -> None:
    """What is wide scrolls in its own box; the sentences of the compiler are not wide."""
    phone.goto(f"{address}/{name}.html", wait_until="load")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert (
        phone.evaluate(
            "[...document.querySelectorAll('.bd-article .sentence')]"
            ".filter(line => line.getBoundingClientRect().right > innerWidth).map(line => line.textContent)"
        )
        == []
    )


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_window_shows_the_whole_of_each_line_of_code(desktop: Page, address: str, name: str) -> None:
    """No cell scrolls whose lines are short enough; only exercises and solutions have less room."""
    desktop.goto(f"{address}/{name}.html", wait_until="load")
    cells = desktop.locator(".bd-article .cell_input pre:not(:is(.exercise, .solution) pre)")
    assert cells.count() > 5
    assert cells.evaluate_all(CUT, WIDEST_IN_CHAPTERS) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_is_folded_opens_with_the_keyboard(desktop: Page, address: str, name: str) -> None:
    """Each solution, and the first of the other folds, opens with Enter."""
    desktop.goto(f"{address}/{name}.html", wait_until="load")
    desktop.wait_for_selector(".solution .toggle-button", state="attached")
    closed = []
    for what, (selector, is_open) in FOLDS.items():
        folds = desktop.locator(f".bd-article :is({selector}):visible")
        for number in range(folds.count() if what == "a solution" else min(1, folds.count())):
            fold = folds.nth(number)
            assert not fold.evaluate(is_open), f"{what} is open already"
            fold.focus()
            desktop.keyboard.press("Enter")
            if not fold.evaluate(is_open):
                closed.append(f"{what}, the {number + 1}. of its kind")
    assert closed == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_axe_finds_nothing_serious_in_a_chapter(desktop: Page, address: str, name: str) -> None:
    """With everything unfolded. Contrast takes axe ten seconds a page: test_colours_of_chapters.py measures it."""
    desktop.goto(f"{address}/{name}.html", wait_until="load")
    desktop.wait_for_selector(".solution .toggle-button", state="attached")
    desktop.locator(".solution .toggle-button").evaluate_all("buttons => buttons.forEach(button => button.click())")
    desktop.locator(".bd-article details").evaluate_all("folds => folds.forEach(fold => { fold.open = true; })")
    desktop.wait_for_function(REACHABLE, timeout=10_000)
    options = {"rules": {"color-contrast": {"enabled": False}}}
    assert serious_findings(desktop, options) == []
