"""The pytest plugin: fixtures that explain, ``--gc-leaks`` that names the test, nothing where it is not asked for."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

OWNERS = Path(__file__).parent
TESTS = f"""
import sys
sys.path.insert(0, {str(OWNERS)!r})
import pytest
from owners import Owner, Unreported

CACHE = []

class Editor:
    def closed(self):
        pass

@pytest.fixture(scope="module")
def wide():
    yield "wide"
    print("torn down once")

def test_right(wide, tmp_path, monkeypatch):
    editor = Editor()
    editor.session = Owner(editor.closed)

def test_leak(wide):
    editor = Editor()
    editor.session = Unreported(editor.closed)

def test_cache(wide):
    CACHE.append(Editor())
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run pytest in a process of its own, as a user does."""
    installed = "gclab" in [point.name for point in importlib.metadata.entry_points(group="pytest11")]
    plugin = [] if installed else ["-p", "gclab.pytest_plugin"]
    return pytester.runpytest_subprocess(*plugin, "-p", "no:cacheprovider", *options)


def test_a_test_that_leaks_is_named_with_the_chain(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = run(pytester, "--gc-leaks")
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_leak*",
            "*.Editor: +1 per run, in 6 of 6 runs*",
            "*alive because of: a reference that no Python object reports -> method Editor.closed*",
            "*ERROR at teardown of test_cache*",
            "*alive because of: global CACHE of module *",
        ]
    )
    assert result.stdout.str().count("torn down once") == 1
    assert "ERROR at teardown of test_right" not in result.stdout.str()


def test_nothing_happens_without_the_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    run(pytester).assert_outcomes(passed=3)


def test_the_workers_of_xdist_report_as_well(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = run(pytester, "--gc-leaks", "-n", "2")
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_leak*"])


def test_too_few_runs_are_refused(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--gc-leaks", "2")
    result.stderr.fnmatch_lines(["*--gc-leaks*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_the_fixtures_fail_with_the_explanation(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import sys
        sys.path.insert(0, {str(OWNERS)!r})
        from owners import Owner, Unreported

        def test_right(gc_audit, gc_probe):
            assert gc_audit(Owner).verdict == "clean"
            assert gc_probe(Owner).collected

        def test_audit(gc_audit):
            gc_audit(Unreported)

        def test_probe(gc_probe):
            gc_probe(Unreported)
        """
    )
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["leaks: Unreported: a cycle through it is never collected", "leaked: the cycle Unreported -> probe ->*"]
    )


def test_a_start_of_pytest_imports_nothing_more() -> None:
    code = "import gclab.pytest_plugin, sys; print([name for name in sys.modules if name.startswith('gclab.')])"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "['gclab.pytest_plugin']"
