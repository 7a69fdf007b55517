"""What the tests of pictures share: golden texts, where boxes stand, references that nobody reports."""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from gclab.graphs.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOLDEN = Path(__file__).parents[1] / "golden"
SVG = "{http://www.w3.org/2000/svg}"

INC, DEC = ctypes.pythonapi.Py_IncRef, ctypes.pythonapi.Py_DecRef
INC.argtypes = DEC.argtypes = [ctypes.py_object]

Places = list[tuple[int, int]]


class Golden(Protocol):
    def __call__(self, name: str, text: str) -> bool: ...


@pytest.fixture
def golden() -> Golden:
    """Compare a text with a golden file; ``GCLAB_BLESS=1`` writes it."""

    def matches(name: str, text: str) -> bool:
        path = GOLDEN / name
        if os.environ.get("GCLAB_BLESS"):
            path.write_text(text, encoding="utf-8", newline="\n")
        return path.read_text(encoding="utf-8") == text

    return matches


@pytest.fixture
def places() -> Callable[[str], Places]:
    """Return the size of a picture, then the middle of each box that has a border, in the order of the boxes.

    Rounded borders are curves, the others straight; both have the same middle.
    """

    def read(dot: str) -> Places:
        root = to_svg(dot, "title", "description", "test")
        found = [(round(float(root.get("width", "0pt")[:-2])), round(float(root.get("height", "0pt")[:-2])))]
        for group in root.iter(f"{SVG}g"):
            border = group.find(f"{SVG}path")
            border = group.find(f"{SVG}polygon") if border is None else border
            if group.get("class") == "node" and border is not None:
                found.append(_middle(border.get("d") or border.get("points") or ""))
        return found

    return read


def _middle(points: str) -> tuple[int, int]:
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", points)]
    across, down = numbers[::2], numbers[1::2]
    return round((min(across) + max(across)) / 2), round((min(down) + max(down)) / 2)


@pytest.fixture
def owned() -> Iterator[Callable[[Any], Any]]:
    """Give an object one reference that nobody reports, as a native object would; take it back afterwards."""
    held: list[int] = []

    def own(item: Any) -> Any:  # noqa: ANN401
        INC(item)
        held.append(id(item))
        return item

    yield own
    for address in held:
        DEC(ctypes.cast(address, ctypes.py_object).value)
