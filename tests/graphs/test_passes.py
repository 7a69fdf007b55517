"""The four pictures of `gclab.collector_steps`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import gclab
from gclab.graphs.scene import Box, Scene, to_dots

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.graphs.conftest import Golden, Places

SVG = "{http://www.w3.org/2000/svg}"


class Thing:
    """An object of a user."""


def example() -> gclab.CollectorSteps:
    kept: Any = Thing()
    kept.me = kept
    lost: Any = Thing()
    lost.parts = [lost, kept, b"text"]
    return gclab.collector_steps(kept, lost, deleted=("lost",), include=("atoms",))


def test_the_four_pictures(golden: Golden) -> None:
    for number, frame in enumerate(example().frames, 1):
        assert golden(f"steps-{number}.dot", frame.dot)


def test_a_box_stands_at_the_same_place_in_all_pictures(places: Callable[[str], Places]) -> None:
    first, *others = (places(frame.dot) for frame in example().frames)
    assert len(first) >= 4
    assert all(other == first for other in others)


def test_the_pictures_are_figures_with_captions_and_descriptions() -> None:
    page = ET.fromstring(example()._repr_mimebundle_()["text/html"])  # noqa: S314
    figures = page.findall(".//figure")
    assert [figure.findtext("figcaption/b") for figure in figures] == [
        "1 Count.",
        "2 Subtract.",
        "3 Rescue.",
        "4 Clear.",
    ]
    for figure in figures:
        picture = figure.find(f".//{SVG}svg")
        assert picture is not None
        assert picture.get("role") == "img"
        assert "Thing" in (picture.findtext(f"{SVG}desc") or "")
    ids = [element.get("id") for element in page.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert not page.findall(".//script")


def test_a_long_line_goes_on_below() -> None:
    """The width of a box is that of its longest line: at 360 px a whole sentence would leave the page."""
    short, long = (Box("n0", "Thing", lines=((words, "muted"),)) for words in ("held by it", "held by " + "it " * 40))
    narrow, wide = (to_dots([Scene((box,), ())])[0] for box in (short, long))
    assert (narrow.count("<TR>"), wide.count("<TR>")) == (2, 5)
    assert float(re.findall(r"width=([\d.]+)", wide)[-1]) < 3.5
