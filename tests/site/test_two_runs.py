"""The outputs of the built book are those of another run of the same pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.chapters import outputs
from tests.chapters.pages import notebooks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", notebooks())
def test_the_outputs_are_those_of_another_run(site: Path, page: str) -> None:
    """`make test` leaves the other run; without it, or if the page has changed since, the page runs here."""
    file = site.parent / "jupyter_execute" / f"{page}.ipynb"  # where MyST-NB leaves what it has executed
    assert file.is_file(), f"the book has not executed {page}: run `make book`"
    other = outputs.recorded(page)
    if other is None:
        with ThreadPoolExecutor(1) as pool:  # the thread of the tests may have the event loop of a browser
            other = pool.submit(outputs.run, page).result()
    assert outputs.differences(page, outputs.executed(file), other) == []
