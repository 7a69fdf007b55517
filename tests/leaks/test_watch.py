"""`gclab.watch` names what grows and who holds it, and nothing else."""

from __future__ import annotations

import gc
import json
import time
from typing import Any

import greenlet  # type: ignore[import-untyped]  # a published C++ module; its objects report what they own
import pytest
import rpds
from owners import Owner, Unreported

import gclab
from gclab.leaks.samples import Growth, grown, sample

CACHE: list[object] = []


class Editor:
    """What the leak keeps alive."""

    right: Any
    session: Any
    part: Any

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


def test_the_native_class_and_the_smallest_cycle_are_named() -> None:
    def work() -> None:
        editor = Editor()
        editor.session = rpds.List([editor.closed])

    found = gclab.watch(work, runs=5)
    free_the_leaked()
    (suspect,) = (one for one in found.suspects if one.native)
    assert suspect.growth.name in {"test_watch.Editor", "rpds.List"}  # one leak is one suspect
    assert {"method"} <= {other.name for other in suspect.others}
    assert suspect.native == ("rpds.List",)
    assert suspect.cycle is not None
    told = suspect.cycle.from_step([step.type_name for step in suspect.cycle.steps].index("Editor"))
    assert str(told) == "Editor --session--> List ..not reported..> method Editor.closed --__self__--> Editor"
    assert "to be sure: `gclab audit rpds`" in str(found)


def test_what_reports_nothing_is_suspected_before_what_reports_something() -> None:
    """A native object that is right is named last, also if it is as near as the one that is wrong."""

    def work() -> None:
        editor = Editor()
        editor.right, editor.session = greenlet.greenlet(editor.closed), rpds.List([editor.closed])

    found = gclab.watch(work, runs=5)
    free_the_leaked()
    assert found.suspects[0].native == ("rpds.List", "greenlet.greenlet")


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


class Part:
    """A class of which one object leaks with its editor, and another one is kept in a list."""


def leak_a_whole() -> Editor:
    editor = Editor()
    editor.part = Part()
    editor.session = rpds.HashTrieMap({"closed": editor.closed})
    return editor


def test_a_second_reason_to_grow_is_not_hidden_behind_the_first() -> None:
    def work() -> None:
        CACHE.append(Part())
        leak_a_whole()

    found = gclab.watch(work, runs=6)
    CACHE.clear()
    first, second = found.suspects
    assert first.growth.name == "test_watch.Editor"
    assert {growth.name for growth in first.others} - {"dict"} == {"method", "rpds.HashTrieMap"}
    assert (second.growth.name, second.growth.per_run) == ("test_watch.Part", 2)
    assert str(second.chain).startswith(f"global CACHE of module {__name__}")
    assert "more runs tell it from a leak" in repr(found)


def test_another_root_of_a_leaked_object_is_named_too() -> None:
    found = gclab.watch(lambda: CACHE.append(leak_a_whole()), runs=6)
    CACHE.clear()
    (suspect,) = found.suspects
    assert suspect.growth.name == "test_watch.Editor"
    assert suspect.also.startswith(f"global CACHE of module {__name__}")
    assert "`gclab audit rpds`" in str(suspect)


def test_a_coroutine_function_is_refused() -> None:
    async def work() -> None:
        leak()

    with pytest.raises(gclab.GclabError, match=r"asyncio\.run"):
        gclab.watch(work)
