"""The colours of a picture, light and dark.

Each role has its own value, so that the drawing program's colours can be turned into CSS classes afterwards. The
values stay apart for people who see few colours; shape, width and words say the same things a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["ROLES", "Colour"]


@dataclass(frozen=True)
class Colour:
    """One colour on a light and on a dark page, as ``#rrggbb``."""

    light: str
    dark: str


ROLES: Final[dict[str, Colour]] = {
    "page": Colour("#ffffff", "#14181e"),
    "text": Colour("#1f2328", "#e6edf3"),
    "muted": Colour("#57606a", "#a9b3be"),
    "line": Colour("#63686e", "#9ba0a6"),
    "python": Colour("#f6f8fa", "#232a32"),
    "python-line": Colour("#6e7781", "#909dab"),
    "native": Colour("#e3eefa", "#123050"),
    "native-line": Colour("#3869a8", "#51b1f6"),
    "cycle": Colour("#7a006a", "#fcc5f5"),
    "warning": Colour("#a33600", "#ffae70"),
    "warning-ground": Colour("#fff3e6", "#3a2410"),
    "alive": Colour("#e0f3f0", "#0e3531"),
    "alive-line": Colour("#007a6e", "#5fe0d0"),
    "doomed": Colour("#fbeaea", "#3f1b1c"),
    "doomed-line": Colour("#9c1c14", "#ff8178"),
}
"""``page`` is painted in a file of its own only; in a page it is what the contrasts are computed against."""
