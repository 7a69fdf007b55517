"""The outputs of the built book are those of another run of the same pages."""

from __future__ import annotations

import pytest
from conftest import missing

from tests.chapters import outputs
from tests.chapters.pages import ROOT, notebooks

EXECUTED = ROOT / "_build" / "jupyter_execute"  # where MyST-NB leaves the notebooks that it has executed


@pytest.mark.parametrize("page", notebooks())
def test_the_outputs_are_those_of_another_run(page: str) -> None:
    """`make test` leaves the other run; without it, or if the page has changed since, the page runs here."""
    file = EXECUTED / f"{page}.ipynb"
    if not file.is_file():
        missing(f"the book has not executed {page}: run `make book`")
    other = outputs.recorded(page)
    assert outputs.differences(page, outputs.executed(file), outputs.run(page) if other is None else other) == []
