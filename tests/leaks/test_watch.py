"""`gclab.watch` names what grows and who holds it, and nothing else."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import pytest
from owners import Owner, Unreported

import gclab
from gclab.leaks.samples import Growth, grown, sample

CACHE: list[object] = []


class Editor:
    """What the leak keeps alive."""

    session: Any

    def closed(self) -> None:
        """Be a callback."""


def leak() -> None:
    editor = Editor()
    editor.session = Unreported(editor.closed)


def free_the_leaked() -> None:
    for item in gc.get_objects():
        if type(item) is Editor:
            item.session = None


def test_a_leak_names_the_classes_and_the_hidden_reference() -> None:
    found = gclab.watch(leak, runs=6)
    free_the_leaked()
    assert not found
    growing = {suspect.growth.name: suspect for suspect in found.suspects}
    growing.pop("dict", None)  # attributes have a dictionary of their own before CPython 3.11
    assert set(growing) == {"test_watch.Editor", "owners.Unreported", "method"}
    editor = growing["test_watch.Editor"]
    assert (editor.growth.per_run, editor.growth.grew, editor.growth.runs) == (1, 6, 6)
    assert str(editor.chain).startswith("a reference that no Python object reports -> method Editor.closed")
    assert "confidence 98.4%" in str(found)


def test_a_cache_that_grows_is_named() -> None:
    found = gclab.watch(lambda: CACHE.append(Owner(1)), runs=5)
    CACHE.clear()
    (suspect,) = found.suspects
    assert suspect.growth.name == "owners.Owner"
    assert str(suspect.chain).startswith(f"global CACHE of module {__name__} -> list 7 items [6] -> Owner")


def test_work_that_frees_what_it_makes_grows_nothing() -> None:
    def work() -> None:
        editor = Editor()
        editor.session = Owner(editor.closed)

    found = gclab.watch(work)
    assert found, repr(found)
    assert repr(found) == "nothing grew in 10 runs"


def test_what_grows_by_chance_is_not_reported() -> None:
    """Six of ten is what chance does as well."""
    counts = [0, 1, 1, 2, 1, 2, 3, 2, 3, 2, 3]
    assert grown([json.dumps({"Node": count}).encode() for count in counts]) == []
    assert grown([json.dumps({"Node": count}).encode() for count in range(11)])


def test_confidence_is_that_of_the_sign_test() -> None:
    assert Growth("Node", 1, 5, 5, 5).confidence == pytest.approx(1 - 1 / 32)
    assert Growth("Node", 1, 9, 10, 9).confidence == pytest.approx(1 - 11 / 1024)


def test_the_samples_do_not_count_themselves() -> None:
    samples = [sample() for _ in range(6)]
    assert grown(samples) == []


def test_a_running_program_is_watched_by_a_thread() -> None:
    watcher = gclab.Watch(every=0.05).start()
    with pytest.raises(gclab.GclabError, match="already"):
        watcher.start()
    deadline = time.monotonic() + 20
    while len(watcher._samples) < 12 and time.monotonic() < deadline:  # noqa: SLF001
        leak()
        time.sleep(0.002)
    found = watcher.stop()
    free_the_leaked()
    assert "test_watch.Editor" in [suspect.growth.name for suspect in found.suspects]
    assert found.seconds > 0


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(gclab.GclabError, match="at least 5"):
        gclab.watch(leak, runs=2)
    with pytest.raises(gclab.GclabError, match="1 run, and at least 5"):
        gclab.Watch(every=100).start().stop()
    with pytest.raises(gclab.GclabError, match="more than 0"):
        gclab.Watch(every=0)
