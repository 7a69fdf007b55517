"""The table of mistakes for the chapters fits the sources, and one that does not is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tools.mutate_chapters import MUTATIONS
from tools.mutation import check

if TYPE_CHECKING:
    import pytest


def test_every_mistake_applies() -> None:
    assert check("table", MUTATIONS) == 0


def test_a_mistake_that_no_longer_applies_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    good = MUTATIONS[0]
    assert check("table", [good, replace(good, old="gone();"), replace(good, file="gone.rs")]) == 1
    printed = capsys.readouterr().out
    assert "`gone();` is not in" in printed
    assert "gone.rs" in printed
