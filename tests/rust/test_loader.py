"""Names of modules."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

import pytest

from gclab.errors import CellError
from gclab.rust.loader import check_name, labels

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rust.conftest import Compile


def test_a_name_that_nothing_has_is_free() -> None:
    check_name("gclab_no_such_module")


def test_a_module_that_could_be_imported_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mine_too.py").write_text("")
    with pytest.raises(CellError, match="already has a module called 'mine_too'"):
        check_name("mine_too")


def test_a_module_that_was_imported_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "made_by_hand", types.ModuleType("made_by_hand"))
    with pytest.raises(CellError):
        check_name("made_by_hand")


def test_a_folder_without_a_module_is_no_reason_to_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "only_data").mkdir()
    check_name("only_data")


def test_only_the_older_builds_of_a_name_have_a_number(compile_cell: Compile, unique: str) -> None:
    def build(value: int) -> None:
        compile_cell(f"{unique}#[pyo3::pyfunction]\nfn value() -> u8 {{ {value} }}\n", "labelled")

    def called() -> list[str]:
        return sorted(label for label in labels().values() if label.startswith("labelled"))

    build(1)
    assert called() == ["labelled"]
    build(2)
    assert called() == ["labelled", "labelled@1"]
    build(1)
    assert called() == ["labelled", "labelled@2"]
