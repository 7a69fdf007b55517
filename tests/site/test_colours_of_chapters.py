"""What only chapters have can be read in light and in dark: boxes, captions, and links to the glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chapters.pages import CHAPTER, table_of_contents
from tests.contrast import contrast

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEXT = 4.5  # the least contrast of text in WCAG 2.1
ELEMENTS = {
    "the box of goals": ".goals p, .goals li, .goals a",
    "a caption": "figcaption .caption-text",
    "a link to the glossary": "a.reference.internal:has(> .std-term)",
    "the title of an exercise": ".exercise > .admonition-title",
    "the text of an exercise": ".exercise p",
    "the title of a solution": ".solution > .admonition-title, .solution > .admonition-title a",
    "the versions": ".versions p",
}
# A canvas mixes what a browser mixes: each background over those of the elements round it, then the text.
MIXED = """
elements => elements.map(element => {
  const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d");
  const paint = colour => { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); };
  const seen = () => "#" + [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)
    .map(part => part.toString(16).padStart(2, "0")).join("");
  const round = [];
  let opacity = 1;
  for (let node = element; node; node = node.parentElement) {
    round.unshift(getComputedStyle(node).backgroundColor);
    opacity *= Number(getComputedStyle(node).opacity);
  }
  paint("white");
  round.forEach(paint);
  const ground = seen();
  pen.globalAlpha = opacity;
  paint(getComputedStyle(element).color);
  return [element.textContent.trim().slice(0, 40), seen(), ground];
})
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_chapters_have_can_be_read(browser: Browser, address: str, scheme: str) -> None:
    """Each element is on some page, or its selector has become wrong, and is light on dark or dark on light."""
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    faint, unseen = [], set(ELEMENTS)
    for name in filter(CHAPTER.fullmatch, table_of_contents()):
        page.goto(f"{address}/{name}.html", wait_until="load")
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        page.add_style_tag(content="* { transition: none !important }")  # a fold hides its text by and by
        page.locator(".solution .toggle-button").evaluate_all("buttons => buttons.forEach(button => button.click())")
        for what, selector in ELEMENTS.items():
            for text, colour, ground in page.locator(f".bd-article :is({selector})").evaluate_all(MIXED):
                unseen.discard(what)
                if contrast(colour, ground) < TEXT:
                    faint.append(f"{name}: {what}, `{text}`: {colour} on {ground}: {contrast(colour, ground):.1f}")
    context.close()
    assert faint == [], f"mend the colours in book/_vendor/book.css, for {scheme}"
    assert unseen == set(), "no chapter has it: correct the selector"
