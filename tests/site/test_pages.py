"""What the files of the built book must hold."""

from __future__ import annotations

import html.parser
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}
MACHINE = re.compile(r"/(home|root|Users|tmp)/\w|0x[0-9a-f]{6,}")


class Loads(html.parser.HTMLParser):
    """Collect what a browser loads by itself for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        value = dict(attrs).get(LOADED.get(tag, ""))
        if value:
            self.addresses.append(value)


def pages(site: Path) -> list[Path]:
    return [path for folder in ("book", "notebooks") for path in sorted((site / folder).glob("*.html"))]


def chapter_1(site: Path) -> str:
    return (site / "notebooks" / "01-first-leak.html").read_text(encoding="utf-8")


def test_chapter_1_holds_its_graphs_as_inline_svg(site: Path) -> None:
    text = chapter_1(site)
    assert len(re.findall(r'<svg [^>]*role="img"', text)) >= 2
    assert "unexplained" in text


def test_chapter_1_ran_in_this_build(site: Path) -> None:
    """A cell with output has been executed; the last cells' outputs are only there if none before them failed."""
    text = chapter_1(site)
    assert "session closed" in text
    assert "The cells of this page ran with CPython" in text


def test_no_page_loads_from_another_host(site: Path) -> None:
    for path in pages(site):
        loads = Loads()
        loads.feed(path.read_text(encoding="utf-8"))
        assert [address for address in loads.addresses if "//" in address] == [], path.name


def test_no_page_shows_an_address_or_a_path_of_the_machine(site: Path) -> None:
    for path in pages(site):
        found = MACHINE.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.name}: {found}"


def test_no_id_stands_twice_on_a_page(site: Path) -> None:
    for path in pages(site):
        ids = re.findall(r'\sid="([^"]+)"', path.read_text(encoding="utf-8"))
        assert sorted(ids) == sorted(set(ids)), path.name


def test_the_root_leads_to_the_start_page(site: Path) -> None:
    assert "book/index.html" in (site / "index.html").read_text(encoding="utf-8")
