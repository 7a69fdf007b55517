"""The colours of a picture: contrast, and how far apart they stay for people who see few colours."""

from __future__ import annotations

from itertools import combinations

import pytest

from gclab.graphs.palette import ROLES
from tests.contrast import contrast, linear

MATRICES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "all colours": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}
"""Machado, Oliveira and Fernandes 2009, severity 1.0, for linear RGB."""

Triple = tuple[float, float, float]


def times(matrix: tuple[Triple, ...], values: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix)
    return one, two, three


def lab(colour: str, seen: str) -> Triple:
    """Return CIE L*a*b* (D65) of a colour as somebody sees it."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in times(MATRICES[seen], linear(colour)))
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    scaled = [part / full for part, full in zip(times(to_xyz, (red, green, blue)), white, strict=True)]
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, two: str, seen: str) -> float:
    """Return the distance of two colours in L*a*b*; 2.3 can just be noticed side by side."""
    return float(sum((a - b) ** 2 for a, b in zip(lab(one, seen), lab(two, seen), strict=True)) ** 0.5)


TEXTS = [
    *((role, ground) for role in ("text", "muted", "cycle") for ground in ("page", "python", "native")),
    ("warning", "warning-ground"),
    *((role, "alive") for role in ("text", "muted", "alive-line")),
    *((role, "doomed") for role in ("text", "muted", "doomed-line")),
    ("alive-line", "page"),
    ("warning", "python"),
    ("warning", "native"),
]
LINES = [
    *((role, "page") for role in ("line", "python-line", "native-line", "cycle", "muted", "warning")),
    ("cycle", "python"),
    ("cycle", "native"),
    ("warning", "warning-ground"),
    ("warning", "python"),
    ("warning", "native"),
    ("alive-line", "page"),
    ("doomed-line", "page"),
]
TOLD_APART = [*combinations(("cycle", "warning", "native-line", "line"), 2), ("alive-line", "doomed-line")]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (LINES, 3.0)], ids=["text", "lines"])
def test_contrast(pairs: list[tuple[str, str]], least: float, theme: str) -> None:
    """WCAG 2.1 asks 4.5 for text (1.4.3) and 3 for lines that carry meaning (1.4.11)."""
    weak = {
        pair: round(contrast(*(getattr(ROLES[role], theme) for role in pair)), 2)
        for pair in pairs
        if contrast(*(getattr(ROLES[role], theme) for role in pair)) < least
    }
    assert not weak


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("seen", MATRICES)
def test_lines_that_mean_something_else_stay_apart(seen: str, theme: str) -> None:
    colours = {role: getattr(colour, theme) for role, colour in ROLES.items()}
    far = {(a, b): difference(colours[a], colours[b], seen) for a, b in TOLD_APART}
    near = {pair: round(distance, 1) for pair, distance in far.items() if distance < 20}
    assert not near


def test_every_role_has_its_own_colour() -> None:
    """The drawing program's colours are told apart by their value."""
    assert len({colour.light for colour in ROLES.values()}) == len(ROLES)
