"""Small books, and one run of each page, for the tests of the book."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.chapters import outputs
from tests.chapters.small_book import SmallBook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.chapters.outputs import Runs

AT_ONCE = 2  # much of a page's time is waiting for a compiler or a child: two take half the time of one by one


@pytest.fixture
def small_book(tmp_path: Path) -> SmallBook:
    """Give an empty small book."""
    return SmallBook(tmp_path)


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    """Run the pages that the chosen tests need, each once."""
    tests = [test for test in request.session.items if isinstance(test, pytest.Function)]
    chosen = dict.fromkeys(str(test.callspec.params["page"]) for test in tests if "runs" in test.fixturenames)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {page: pool.submit(outputs.run, page) for page in chosen}
        pool.shutdown(cancel_futures=True)
