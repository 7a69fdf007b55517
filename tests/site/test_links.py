"""Every link of the built book leads somewhere, and every picture says what it shows to those who cannot see it.

Links to other hosts are only compared with a list: whether they answer cannot be checked without a network.
"""

from __future__ import annotations

import html.parser
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.chapters.pages import table_of_contents

# The registries are not among them: a page names a package, and the reader's own tools know where it comes from.
HOSTS = {
    "cython.readthedocs.io",
    "devguide.python.org",
    "doc.rust-lang.org",
    "docs.astral.sh",
    "docs.pytest.org",
    "docs.python.org",
    "docs.rs",
    "git-scm.com",
    "github.com",
    "graphviz.org",
    "ipython.readthedocs.io",
    "jupyterbook.org",
    "jupyter.org",
    "numpy.org",
    "peps.python.org",
    "pyo3.rs",
    "rust-lang.github.io",
    "rust-lang.org",
    "rustup.rs",
    "www.graphviz.org",
    "www.maturin.rs",
    "www.python.org",
    "www.rust-lang.org",
}
OWN = "http://this-book"


class Content(html.parser.HTMLParser):
    """Collect ids, links and pictures of a page, the last two with the line on which they stand."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[tuple[int, str]] = []
        self.mute: list[str] = []
        self.in_frame = False  # the next element is a graph
        self.untitled = 0  # the line of a graph whose title must come next
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        self.ids |= {values["id"]} if "id" in values else set()
        self.ids |= {values["name"]} if tag == "a" and "name" in values else set()
        if tag == "a" and "href" in values:
            self.links.append((line, values["href"]))
        if tag == "img" and "alt" not in values:
            self.mute.append(f"line {line}: give the image {values.get('src')} an alt text")
        if self.untitled and tag != "title":
            self.mute.append(f"line {self.untitled}: let the graph begin with its title")
        self.untitled = line if tag == "svg" and self.in_frame else 0
        if self.untitled and values.get("role") != "img":
            self.mute.append(f"line {line}: give the graph role=img")
        self.in_frame = "gclab-graph-scroll" in values.get("class", "").split()


@cache
def content(path: Path) -> Content:
    return Content(path.read_text(encoding="utf-8"))


def dead_links(site: Path, path: Path) -> list[str]:
    """Name the links of a page to a file or a place that is not there, or to a host that is not on the list."""
    here = path.relative_to(site).as_posix()
    found = []
    for line, link in content(path).links:
        target = urlsplit(urljoin(f"{OWN}/{here}", link))
        if f"{target.scheme}://{target.netloc}" != OWN:
            if target.scheme != "mailto" and target.hostname not in HOSTS:
                found.append(f"{here}:{line}: {link}: correct the host, or add it to HOSTS in {Path(__file__).name}")
        else:
            file = site / unquote(target.path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            place = unquote(target.fragment)
            if not file.is_file():
                found.append(f"{here}:{line}: {link} leads to no file: correct the link")
            elif place and file.suffix == ".html" and place not in content(file).ids:
                found.append(f"{here}:{line}: {link} leads to no place of that page: correct the anchor")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("page", [*table_of_contents(), "genindex"])
def test_every_link_leads_somewhere(site: Path, page: str) -> None:
    assert dead_links(site, site / f"{page}.html") == []


@pytest.mark.parametrize("page", table_of_contents())
def test_every_picture_says_what_it_shows(site: Path, page: str) -> None:
    assert content(site / f"{page}.html").mute == []


def test_planted_mistakes_are_found(tmp_path: Path) -> None:
    """Without this the tests above could be green because they see nothing."""
    (tmp_path / "there.html").write_text("<p id='place'>", encoding="utf-8")
    good = (
        "<a href='there.html#place'></a><a href='https://pyo3.rs/'></a><a href='mailto:a@b.c'></a><a href='#top'></a>"
    )
    bad = "<a href='gone.html'></a><a href='there.html#gone'></a><a href='#gone'></a><a href='https://example.org'></a>"
    for name, links in (("good", good), ("bad", bad)):
        (tmp_path / f"{name}.html").write_text(f"<p id='top'>{links}", encoding="utf-8")
    assert dead_links(tmp_path, tmp_path / "good.html") == []
    assert len(dead_links(tmp_path, tmp_path / "bad.html")) == 4
    graph = "<div class='gclab-graph-scroll'><svg {}>{}<g></g></svg></div>"
    assert Content("<img alt='A cycle'>" + graph.format("role='img'", "<title>A cycle</title>")).mute == []
    assert len(Content("<img src='a.png'>" + graph.format("", "")).mute) == 3
