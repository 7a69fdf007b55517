"""`gclab.audit_heap` names who reports an object twice, and finds nothing on a heap that is right."""

from __future__ import annotations

import asyncio
import collections
import functools
import gc
import threading
from pathlib import Path

from owners import Doubled, Owner, Unreported

import gclab
from gclab.leaks.factory import Probe


def test_the_heap_of_this_process_is_right() -> None:
    found = gclab.audit_heap()
    assert found, repr(found)
    assert found.objects > 1000
    assert repr(found).endswith("nothing is reported twice")


def test_many_kinds_of_objects_in_use_are_right() -> None:
    """Objects with every way to keep attributes, running frames, suspended coroutines, threads, caches."""

    class Slots:
        __slots__ = ("one", "two")
        one: object
        two: object

    slots = Slots()
    slots.one = slots.two = shared = Owner([slots])
    read = Owner(shared)
    vars(read)  # CPython 3.13 may keep the values in two places from here on
    suspended = (item for item in [shared, read])
    next(suspended)
    coroutine = asyncio.sleep(0, shared)
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, args=(10,))
    thread.start()
    kept = [slots, shared, read, suspended, coroutine, functools.partial(print, shared), Unreported(shared)]
    kept += [collections.OrderedDict(a=shared), collections.deque([shared]), Path(), {shared: shared}]
    found = gclab.audit_heap()
    gate.set()
    thread.join()
    coroutine.close()
    assert found, repr(found)
    assert kept


def test_a_double_report_is_found_with_its_owner() -> None:
    owner = Doubled(Probe())
    found = gclab.audit_heap()
    assert not found
    assert repr(found).endswith("1 object reported too often\n  Probe: 1 reference, reported 2 times, by list (2)")
    assert owner


def test_a_reference_that_nobody_reports_balances_a_double_report() -> None:
    """The limit that the documentation states: here it is the variable."""
    probe = Probe()
    owner = Doubled(probe)
    assert gclab.audit_heap()
    assert owner


def test_the_look_keeps_nothing() -> None:
    gc.collect()
    before = len(gc.get_objects())
    gclab.audit_heap()
    gc.collect()
    assert len(gc.get_objects()) - before < 10
