"""``--gc-leaks``: run a test again and again, and see whether a class has more objects alive each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import pytest
from _pytest.runner import runtestprotocol  # what plugins that repeat tests use; pytest has no public way

from gclab.leaks.samples import grown, sample
from gclab.leaks.watch import Report, suspect_of

if TYPE_CHECKING:
    from gclab.leaks.samples import Growth

__all__ = ["Repeat"]

_MOST_SHOWN = 6


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
                _log(item, str(Report(tuple(map(suspect_of, growing[:_MOST_SHOWN])), self._runs, 0.0)))
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
        _run_again(item)
        samples = [sample()]
        found: list[Growth] = []
        for _ in range(self._runs):
            _run_again(item)
            samples.append(sample())
            found = [growth for growth in grown(samples, confidence=0) if growth.grew == growth.runs]
            if not found:
                break
        return found


def _run(item: pytest.Item, *, log: bool) -> list[pytest.TestReport]:
    """Run a test. Its parent as the next item keeps fixtures of a wider scope, and drops those of the test itself."""
    return runtestprotocol(item, log=log, nextitem=cast("pytest.Item", item.parent))


def _run_again(item: pytest.Item) -> None:
    """Run a test once more, and drop what pytest keeps of each run: a finaliser in each fixture of a wider scope."""
    info = getattr(item, "_fixtureinfo", None)
    kept = [found._finalizers for all_of in info.name2fixturedefs.values() for found in all_of] if info else []  # noqa: SLF001
    sizes = [len(finalizers) for finalizers in kept]
    _run(item, log=False)
    for finalizers, size in zip(kept, sizes, strict=True):
        del finalizers[size:]


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
