"""What counts as heavy in the import of gclab."""

from __future__ import annotations

from imports import CASES, heavy, times


def test_what_a_process_imports_is_seen() -> None:
    assert heavy("import xml.dom, json") == {"xml"}
    assert heavy(CASES["nothing"]) == set()


def test_every_case_is_measured_in_turns() -> None:
    found = times(2)
    assert list(found) == list(CASES)
    assert {len(taken) for taken in found.values()} == {2}
    assert min(found["gclab"]) > 0
