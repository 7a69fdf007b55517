"""``--gc-leaks`` with the kinds of tests, fixtures and options that people have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from in_pytest import run

from gclab.leaks import repeat

if TYPE_CHECKING:
    from collections.abc import Callable

OWNERS = Path(__file__).parent
START = f"""
import sys
sys.path.insert(0, {str(OWNERS)!r})
import unittest
import pytest
from owners import Owner, Unreported

class Editor:
    def closed(self):
        pass

def right():
    editor = Editor()
    editor.session = Owner(editor.closed)

def leak():
    editor = Editor()
    editor.session = Unreported(editor.closed)
"""


@pytest.fixture
def tests(pytester: pytest.Pytester) -> Callable[[str], None]:
    def write(text: str) -> None:
        pytester.makepyfile(test_kinds=START + text)

    return write


def test_classes_of_unittest_with_what_they_set_up(pytester: pytest.Pytester, tests: Callable[[str], None]) -> None:
    tests("""
class TestSync(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("class set up")
    def setUp(self):
        self.editor = Editor()
    def test_right(self):
        right()
    def test_leak(self):
        leak()

class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def test_right(self):
        right()
    async def test_leak(self):
        leak()
""")
    result = run(pytester, "--gc-leaks", "-s")
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines(["*ERROR at teardown of TestAsync.test_leak*"])
    result.stdout.fnmatch_lines(["*ERROR at teardown of TestSync.test_leak*"])
    assert result.stdout.str().count("class set up") == 1


def test_parameters_and_fixtures_of_a_class(pytester: pytest.Pytester, tests: Callable[[str], None]) -> None:
    tests("""
@pytest.fixture(scope="class", params=["a", "b"])
def wide(request):
    print("set up", request.param)
    yield request.param
    print("torn down", request.param)

@pytest.fixture
def narrow(wide):
    return [wide]

@pytest.mark.usefixtures("narrow")
class TestParameters:
    @pytest.mark.parametrize("number", [1, 2])
    def test_right(self, number, wide):
        right()
    @pytest.mark.parametrize("does", [right, leak])
    def test_some(self, does, wide):
        does()
""")
    result = run(pytester, "--gc-leaks", "-s")
    result.assert_outcomes(passed=8, errors=2)
    printed = result.stdout.str()
    assert [printed.count(text) for text in ("set up a", "torn down a", "set up b", "torn down b")] == [1, 1, 1, 1]
    assert "test_some[a-leak]" in printed
    assert "test_some[b-leak]" in printed


def test_a_fixture_that_a_plugin_asks_for(pytester: pytest.Pytester, tests: Callable[[str], None]) -> None:
    """The test does not name it, so pytest's notes in it are found by no name of the test."""
    tests("""
@pytest.fixture(scope="module")
def loop():
    yield "loop"
    print("closed")

@pytest.fixture
def task(request, loop):
    return request.getfixturevalue("loop")

@pytest.fixture(autouse=True)
def plugin(request):
    request.getfixturevalue("task")

def test_right():
    right()

def test_leak():
    leak()
""")
    result = run(pytester, "--gc-leaks", "-s")
    result.assert_outcomes(passed=2, errors=1)
    assert "Request" not in result.stdout.str()
    assert result.stdout.str().count("closed") == 1 + result.stdout.str().count("Editor.closed")


def test_doctests_are_run_again_with_the_names_of_their_module(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop=START + 'def a():\n    """>>> right()"""\n\ndef b():\n    """>>> leak()"""\n')
    result = run(pytester, "--gc-leaks", "--doctest-modules", "shop.py")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*objects stay alive after shop.py::shop.b*", "*.Editor: +1 per run, in 6 of 6 runs*"])


def test_what_is_skipped_or_fails_is_not_run_again(pytester: pytest.Pytester, tests: Callable[[str], None]) -> None:
    tests("""
def test_skips():
    print("skips once")
    pytest.skip()

@pytest.mark.xfail
def test_fails_as_expected():
    print("fails as expected once")
    assert False

def test_fails():
    print("fails once")
    assert False
""")
    result = run(pytester, "--gc-leaks", "-s")
    result.assert_outcomes(skipped=1, xfailed=1, failed=1)
    assert [result.stdout.str().count(f"{what} once\n") for what in ("skips", "fails as expected", "fails")] == [
        1,
        1,
        1,
    ]


@pytest.mark.parametrize("options", [(), ("-W", "error"), ("-n", "1")])
def test_a_test_that_passes_only_once_is_named(
    pytester: pytest.Pytester, tests: Callable[[str], None], options: tuple[str, ...]
) -> None:
    tests("""
SEEN = []

def test_once():
    SEEN.append(Editor())
    assert len(SEEN) == 1
""")
    result = run(pytester, "--gc-leaks", *options)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*test_once*", "*it passes once, but not again in the same process*"])


def test_stopping_at_the_first_and_running_the_last(pytester: pytest.Pytester, tests: Callable[[str], None]) -> None:
    tests("""
def test_a():
    right()

def test_b():
    leak()

def test_c():
    right()
""")
    result = run(pytester, "--gc-leaks", "-x")
    result.assert_outcomes(passed=2, errors=1)
    result = run(pytester, "--gc-leaks", "--lf")
    result.assert_outcomes(passed=1, errors=1)
    assert "ERROR at teardown of test_b" in result.stdout.str()


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("del _pytest.runner.runtestprotocol", "runtestprotocol"),
        ("del _pytest.runner.SetupState.teardown_exact", "teardown_exact"),
        ("_pytest.runner.runtestprotocol = lambda item: None", "log"),
    ],
)
def test_a_later_pytest_gives_a_clear_error(pytester: pytest.Pytester, change: str, names: str) -> None:
    pytester.makepyfile(later=f"import _pytest.runner\n{change}\n", test_a="def test_a(tmp_path): pass")
    result = run(pytester, "-p", "later", "--gc-leaks", "--rootdir", ".")
    assert result.ret != 0
    said = result.stdout.str() + result.stderr.str()
    assert "--gc-leaks cannot repeat tests with pytest" in said
    assert names in said


def test_fixtures_of_a_later_pytest_give_the_same_error(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(pytest.FixtureDef[None]):
        cached_result = (None, None, None)

        def __init__(self) -> None:
            pass

    later = Later()
    monkeypatch.setattr("gc.get_objects", lambda: [later])
    with pytest.raises(pytest.UsageError, match=r"cannot repeat tests with pytest .* no attribute '_finalizers'"):
        repeat._run_again(request.node)  # noqa: SLF001
