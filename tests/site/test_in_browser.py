"""The pages in a real browser: light, dark, on a phone, with the keyboard, and without another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.axe import serious_findings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, ViewportSize

PAGES = ["book/index.html", "book/setup.html", "book/reference/diagnostics.html", "notebooks/01-first-leak.html"]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 780}


class Watched:
    """A page whose requests and messages are written down; requests to other hosts are refused."""

    def __init__(self, browser: Browser, address: str, scheme: str, size: ViewportSize) -> None:
        self.context = browser.new_context(viewport=size, color_scheme="dark" if scheme == "dark" else "light")
        self.page: Page = self.context.new_page()
        self.elsewhere: list[str] = []
        self.messages: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.route(lambda url: not url.startswith((address, "data:")), self._refuse)

    def _refuse(self, route: object) -> None:
        self.elsewhere.append(route.request.url)  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def watched(request: pytest.FixtureRequest, browser: Browser, address: str, scheme: str) -> Iterator[Watched]:
    watched = Watched(browser, address, scheme, request.param)
    yield watched
    watched.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_itself_without_errors_or_other_hosts(
    watched: Watched, address: str, name: str, scheme: str, site: Path
) -> None:
    """No console error, no request elsewhere, no sideways scrolling of the page, no serious finding of axe."""
    page = watched.page
    page.goto(f"{address}/{name}", wait_until="networkidle")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watched.messages == []
    assert watched.elsewhere == []
    shots = site.parent / "screenshots"
    shots.mkdir(exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=shots / f"{name.replace('/', '-')}-{scheme}-{width}.png", full_page=True)
    assert serious_findings(page) == []


def test_a_graph_can_be_read_on_a_phone(browser: Browser, address: str) -> None:
    """The letters of a graph keep their size; what is too wide scrolls inside its own box, also by keyboard."""
    watched = Watched(browser, address, "light", PHONE)
    watched.page.goto(f"{address}/notebooks/01-first-leak.html", wait_until="networkidle")
    graphs = watched.page.locator(".gclab-graph svg")
    assert graphs.count() >= 2
    for number in range(graphs.count()):
        text = graphs.nth(number).locator("text").first
        size = text.evaluate(
            "node => node.getCTM().a * parseFloat(node.getAttribute('font-size') || getComputedStyle(node).fontSize)"
        )
        assert size >= 9, "pixels on the screen"
    watched.context.close()


def test_graphs_follow_the_theme(browser: Browser, address: str) -> None:
    """The text of a graph is dark on light and light on dark, over the page's own background."""
    brightness = {}
    for scheme in ("light", "dark"):
        watched = Watched(browser, address, scheme, DESKTOP)
        watched.page.goto(f"{address}/notebooks/01-first-leak.html", wait_until="networkidle")
        colour = watched.page.locator(".gclab-graph svg text").first.evaluate("node => getComputedStyle(node).fill")
        brightness[scheme] = sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
        watched.context.close()
    assert brightness["light"] < 3 * 128 < brightness["dark"]
