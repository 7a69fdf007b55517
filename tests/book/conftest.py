"""Small books for the tests of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chapters.small_book import SmallBook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small_book(tmp_path: Path) -> SmallBook:
    """Give an empty small book."""
    return SmallBook(tmp_path)
