"""The colours of rustc in the built book."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from myst_nb.core.lexers import AnsiColorLexer

from gclab.rust.diagnostics import show
from tests.contrast import contrast
from tests.rust.test_diagnostics import CELLS, diagnostics

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "book" / "_vendor" / "book.css").read_text(encoding="utf-8")
TEXT = 4.5  # the least contrast of text in WCAG 2.1


def palette(theme: str) -> dict[str, str]:
    """Return the colours of a theme by their names."""
    block = re.search(rf'html\[data-theme="{theme}"\] {{([^}}]*--ansi[^}}]*)}}', CSS)
    assert block is not None
    return dict(re.findall(r"--ansi-(\w+): (#[0-9a-f]{6});", block[1]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_read_on_its_ground(theme: str) -> None:
    colours = palette(theme)
    ground = colours.pop("ground")
    assert len(colours) == 6
    assert {
        name: round(contrast(colour, ground), 1) for name, colour in colours.items() if contrast(colour, ground) < TEXT
    } == {}


def test_every_colour_of_a_message_has_a_rule() -> None:
    """A colour is the last part of the book's name for a piece of text. One without a rule would be the book's own."""
    shown = "".join(show(diagnostics(name), whole=True) for name in CELLS)
    names = {str(token).rpartition(".")[2] for token, _ in AnsiColorLexer().get_tokens(shown)} - {"Text", "Bold"}
    assert {"C9", "C12"} <= names
    assert {name for name in names if f'[class$="-{name}"]' not in CSS} == set()


def test_rules_name_only_colours_that_both_themes_have() -> None:
    used = set(re.findall(r"var\(--ansi-(\w+)\)", CSS))
    assert used == palette("light").keys() == palette("dark").keys()
