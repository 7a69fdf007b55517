"""What a benchmark reports, and when it fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from results import Bar, Table, report

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TABLE = Table("Instructions", ("class", "object"), (("derived", 1.5), ("by_hand", 12)))


def test_a_table_has_straight_columns() -> None:
    assert TABLE.text().splitlines() == ["Instructions", "class    object", "derived    1.50", "by_hand      12"]


def test_a_figure_at_its_limit_is_good_enough() -> None:
    assert Bar("one", 2, 2).held
    assert not Bar("one", 3, 2).held


def test_a_missed_bar_is_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([TABLE], [Bar("one", 2, 2)], None) == 0
    assert report([TABLE], [Bar("one", 2, 2), Bar("other", 3, 2)], None) == 1
    assert "MISSED  other: 3, at most 2" in capsys.readouterr().out


def test_the_data_holds_what_the_text_says(tmp_path: Path) -> None:
    report([TABLE], [Bar("other", 3, 2)], tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["tables"][0]["rows"] == [["derived", 1.5], ["by_hand", 12]]
    assert found["bars"] == [{"what": "other", "figure": 3, "limit": 2, "held": False}]
