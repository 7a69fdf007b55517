"""The words of ``%pyo3``."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gclab.ipython.listing import listing, removal
from gclab.rust.cache import Cache
from gclab.rust.contents import Part
from gclab.rust.evict import Removed

CACHE = Cache(Path("cache"), 10**9)


def part(kind: str, key: str, size: int, age: float = 0) -> Part:
    return Part(kind, key, key, (), size, time.time() - age)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (59, "just now"),
        (61, "1 minute ago"),
        (3 * 60 + 1, "3 minutes ago"),
        (3601, "1 hour ago"),
        (90_000, "1 day ago"),
        (9 * 86_400 + 1, "9 days ago"),
    ],
)
def test_a_module_has_its_label_its_size_and_when_it_was_used(age: int, words: str) -> None:
    lines = listing({"a": "node@2"}, CACHE, [part("build", "a", 1_250_000, age)]).splitlines()
    assert lines[:2] == ["Modules that this process has loaded:", f"  node@2  1.2 MB  last used {words}"]


def test_the_cache_is_summed_up_by_what_it_holds() -> None:
    parts = [part("build", "a", 999), part("build", "b", 1), part("slot", "a_0", 2_000), part("crates", "t", 10**9)]
    assert listing({}, CACHE, parts).splitlines() == [
        "This process has loaded no module.",
        "The cache holds 1.0 GB of at most 1.0 GB: cache",
        "  1.0 kB  results of builds",
        "  2.0 kB  what cargo keeps to build a changed cell fast",
        "  1.0 GB  compiled crates that all cells use",
    ]


def test_an_empty_cache_has_no_lines() -> None:
    assert listing({}, CACHE, []).splitlines()[1:] == ["The cache holds 0 bytes of at most 1.0 GB: cache"]


@pytest.mark.parametrize(
    ("removed", "name", "said"),
    [
        (Removed(1, 2_000_000), "a", "Removed 1 build of a, with what cargo kept for the next one: 2.0 MB."),
        (Removed(), "a", "There is nothing of a to remove."),
        (
            Removed(2, 2_000_000, 1),
            "",
            (
                "Removed 2 builds, with what cargo kept for the next one: 2.0 MB. "
                "1 build stayed: other processes use it. The compiled crates stay, because every cell needs them."
            ),
        ),
        (Removed(0, 0, 2), "a", "There is nothing of a to remove. 2 builds of a stayed: other processes use them."),
    ],
)
def test_cleaning_says_what_went_and_what_stayed(removed: Removed, name: str, said: str) -> None:
    assert removal(removed, name) == said
