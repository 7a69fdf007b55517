"""The outputs of the built book are those of another run of the same pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.chapters import outputs
from tests.chapters.pages import notebooks


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("page", notebooks())
def test_the_outputs_are_those_of_another_run(page: str) -> None:
    """`make test` leaves the other run; without it, or if the page has changed since, the page runs here."""
    other = outputs.recorded(page)
    if other is None:
        with ThreadPoolExecutor(1) as pool:  # the thread of the tests may have the event loop of a browser
            other = pool.submit(outputs.run, page).result()
    assert outputs.differences(page, outputs.executed(page), other) == []
