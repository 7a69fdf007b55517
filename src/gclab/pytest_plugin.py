"""What gclab adds to pytest: the fixtures ``gc_audit`` and ``gc_probe``, and the option ``--gc-leaks``.

pytest loads this module at every start, so it imports nothing but pytest until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from gclab.leaks.audit import Audit
    from gclab.leaks.probe import ProbeResult

__all__ = ["gc_audit", "gc_probe"]


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
        nargs="?",
        type=_runs,
        const=6,
        metavar="RUNS",
        help="run each test again, up to RUNS times (default: 6) as long as a class has more objects alive after each "
        "run; a test with such a class is an error that names the class and what keeps its objects alive",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load what repeats tests, only if it is asked for."""
    if config.getoption("--gc-leaks"):
        from gclab.leaks.repeat import Repeat  # noqa: PLC0415 - nothing is imported before it is used

        config.pluginmanager.register(Repeat(config.getoption("--gc-leaks")), "gclab-leaks")


def _runs(text: str) -> int:
    if not text.isdecimal() or int(text) < 5:  # noqa: PLR2004 - fewer runs say nothing, see gclab.leaks.watch
        raise ValueError("--gc-leaks takes a number of runs, at least 5")
    return int(text)
