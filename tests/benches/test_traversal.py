"""How figures are made of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from callgrind import counts, required, total
from traversal import FEW, MANY, OBJECTS, figures, traversal_cases

if TYPE_CHECKING:
    from pathlib import Path


def test_every_figure_is_a_difference() -> None:
    extra = OBJECTS * (MANY - FEW)
    counted = [7, 7 + 400 * OBJECTS, 7 + 50 * extra, 3, 3 + 150 * OBJECTS, 3 + 10 * extra]
    assert len(traversal_cases("list")) == len(counted)
    assert figures(counted) == (400, 50, 150, 10)


def test_the_total_of_a_dump_is_read(tmp_path: Path) -> None:
    dump = tmp_path / "counted.1"
    dump.write_text("events: Ir\nfn=(1) f\n3 1006\ntotals: 1006\n", encoding="utf-8")
    assert total(dump) == 1006


def test_without_valgrind_the_program_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="apt install valgrind"):
        required()


def test_a_dump_that_is_missing_is_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "valgrind").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (tmp_path / "valgrind").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="exit code 3"):
        counts([{"class": "list", "objects": 1, "references": 1}], tmp_path / "module.so")
