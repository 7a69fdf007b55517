"""What gclab adds to pytest: the fixtures ``gc_audit`` and ``gc_probe``, and the option ``--gc-leaks``.

pytest loads this module at every start, so it imports nothing but pytest until it is used.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from gclab.leaks.audit import Audit
    from gclab.leaks.probe import ProbeResult
    from gclab.leaks.repeat import Repeat

__all__ = ["gc_audit", "gc_probe", "too_new"]

_MOST_RUNS = 6
_FEWEST_RUNS = 5  # with fewer, chance alone grows too often: see gclab.leaks.watch


@pytest.fixture
def gc_audit() -> Callable[..., Audit]:
    """Fail the test, with the explanation, unless `gclab.audit` finds what a factory makes ``clean``."""
    from gclab.leaks.audit import audit  # noqa: PLC0415 - nothing is imported before it is used

    def check(factory: Callable[[Any], object], **options: Any) -> Audit:  # noqa: ANN401 - those of audit
        __tracebackhide__ = True
        found = audit(factory, **options)
        if not found:
            pytest.fail(found.explain(), pytrace=False)
        return found

    return check


@pytest.fixture
def gc_probe() -> Callable[..., ProbeResult]:
    """Fail the test unless the cycle through what a factory makes is collected."""
    from gclab.leaks.probe import probe  # noqa: PLC0415 - nothing is imported before it is used

    def check(factory: Callable[[Any], object], **options: Any) -> ProbeResult:  # noqa: ANN401 - those of probe
        __tracebackhide__ = True
        found = probe(factory, **options)
        if not found:
            pytest.fail(str(found), pytrace=False)
        return found

    return check


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    group = parser.getgroup("gclab", "leaked reference cycles (gclab)")
    group.addoption(
        "--gc-leaks",
        action="store_true",
        help="run each test again as long as a class has more objects alive after each run; a test with such a class "
        "is an error that names the class and what keeps its objects alive",
    )
    # An option of its own: an optional value of --gc-leaks would take the name of a file that follows.
    group.addoption(
        "--gc-leaks-runs",
        type=_runs,
        default=_MOST_RUNS,
        metavar="RUNS",
        help=f"how often --gc-leaks runs a test again at most (default: {_MOST_RUNS}, at least {_FEWEST_RUNS})",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load what repeats tests, only if it is asked for."""
    if config.getoption("--gc-leaks"):
        config.pluginmanager.register(_repeat()(config.getoption("--gc-leaks-runs")), "gclab-leaks")


def too_new(missing: Exception) -> pytest.UsageError:
    """Say that tests cannot be repeated with this pytest, because of something that it lacks."""
    return pytest.UsageError(
        f"--gc-leaks cannot repeat tests with pytest {pytest.__version__}, which has changed ({missing}). Use an older "
        "pytest or a newer gclab. The fixtures gc_audit and gc_probe need nothing of this."
    )


def _repeat() -> type[Repeat]:
    try:
        from gclab.leaks.repeat import Repeat  # noqa: PLC0415 - nothing is imported before it is used
    except (ImportError, AttributeError, TypeError) as missing:
        raise too_new(missing) from missing
    return Repeat


def _runs(text: str) -> int:
    if not text.isdecimal() or int(text) < _FEWEST_RUNS:
        raise argparse.ArgumentTypeError(f"takes a number of runs, at least {_FEWEST_RUNS}, not {text!r}")
    return int(text)
