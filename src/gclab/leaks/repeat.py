"""``--gc-leaks``: run a test again and again, and see whether a class has more objects alive each time."""

from __future__ import annotations

import gc
import inspect
import warnings
from typing import TYPE_CHECKING, Literal, cast

import pytest
from _pytest.runner import SetupState, runtestprotocol  # what plugins that repeat tests use; there is no public way

from gclab.leaks.samples import grown, sample
from gclab.leaks.suspects import suspects_of
from gclab.leaks.watch import Report
from gclab.pytest_plugin import too_new

if TYPE_CHECKING:
    from gclab.leaks.samples import Growth

__all__ = ["Repeat"]

_MOST_SHOWN = 6
# A later pytest that lacks one of these fails here, before any test, and the plugin says so.
inspect.signature(runtestprotocol).bind(None, log=True, nextitem=None)
inspect.signature(SetupState.teardown_exact).bind(None, None)


class Repeat:
    """The part of the plugin that exists only under ``--gc-leaks``.

    Args:
        runs: how often a test is run again if a class has grown after it.

    """

    def __init__(self, runs: int) -> None:
        self._runs = runs

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Literal[True]:
        """Run a test as pytest does, then again; fixtures of a wider scope stay until the last run is over."""
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = _run(item, log=True)
        if all(report.passed for report in reports):
            growing = self._growing(item)
            if growing:
                _log(item, str(Report(tuple(suspects_of(growing[:_MOST_SHOWN])), self._runs, 0.0)))
        closing = pytest.CallInfo.from_call(
            lambda: item.session._setupstate.teardown_exact(nextitem),  # noqa: SLF001 - see above
            "teardown",
        )
        if closing.excinfo:
            _log(item, str(closing.excinfo.getrepr()))
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _growing(self, item: pytest.Item) -> list[Growth]:
        """Return the classes that grow in each run; a test that is right has two runs more."""
        samples = []
        found: list[Growth] = []
        for _ in range(self._runs + 1):
            if not _run_again(item):
                _warn(item, "it passes once, but not again in the same process: --gc-leaks knows nothing of it")
                return []
            samples.append(sample())
            if len(samples) > 1:
                found = [growth for growth in grown(samples, confidence=0) if growth.grew == growth.runs]
                if not found:
                    break
        return found


def _run(item: pytest.Item, *, log: bool) -> list[pytest.TestReport]:
    """Run a test. Its parent as the next item keeps fixtures of a wider scope, and drops those of the test itself."""
    names = dict(item.dtest.globs) if isinstance(item, pytest.DoctestItem) else {}
    reports = runtestprotocol(item, log=log, nextitem=cast("pytest.Item", item.parent))
    if isinstance(item, pytest.DoctestItem):
        item.dtest.globs.update(names)  # which doctest clears after a run
    return reports


def _run_again(item: pytest.Item) -> bool:
    """Run a test once more, drop what pytest keeps of the run, and return whether it passed.

    Each run adds finalisers to the fixtures of a wider scope. A plugin can ask for one that the test does not name, as
    pytest-asyncio does, so all of them are looked at.
    """
    fixtures = [each for each in gc.get_objects() if issubclass(type(each), pytest.FixtureDef)]
    try:
        kept = [fixture._finalizers for fixture in fixtures if fixture.cached_result]  # noqa: SLF001
    except AttributeError as missing:
        raise too_new(missing) from missing
    sizes = [len(finalizers) for finalizers in kept]
    passed = all(report.passed for report in _run(item, log=False))
    for finalizers, size in zip(kept, sizes, strict=True):
        del finalizers[size:]
    return passed


def _warn(item: pytest.Item, text: str) -> None:
    """Add a line to the summary of warnings. A filter that makes errors of warnings would end the run here."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(pytest.PytestWarning(text), stacklevel=1)
    for message in caught:
        item.ihook.pytest_warning_recorded.call_historic(
            kwargs={"warning_message": message, "when": "runtest", "nodeid": item.nodeid, "location": None}
        )


def _log(item: pytest.Item, text: str) -> None:
    """Report an error after the test, as one of its teardown: so it is counted, shown and sent by pytest-xdist."""
    report = pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome="failed",
        longrepr=f"objects stay alive after {item.nodeid}\n{text}",
        when="teardown",
    )
    item.ihook.pytest_runtest_logreport(report=report)
