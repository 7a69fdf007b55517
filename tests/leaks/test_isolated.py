"""`gclab.isolated` turns every ending of code into a result, and leaves nothing behind."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import gclab

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and groups are those of POSIX")


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine's settings do what gclab has to do."""
    for name in ("PYTHONUNBUFFERED", "PYTHONFAULTHANDLER", "PYTHONIOENCODING", "PYTHONUTF8"):
        monkeypatch.delenv(name, raising=False)


def product(left: int, right: int) -> int:
    return left * right


def test_a_function_returns_its_value() -> None:
    result = gclab.isolated(product, 6, 7)
    assert result
    assert (result.value, result.exit_code, result.signal, result.error) == (42, 0, "", "")
    assert repr(result) == "isolated: ended well and returned 42"
    assert result.check() is result
    assert 0 < result.seconds < 60


def test_code_runs_as_the_main_program_in_another_process() -> None:
    result = gclab.isolated("import os, sys\nprint(__name__, os.getpid(), sys.argv)\nprint('bad', file=sys.stderr)")
    assert result.ok
    name, child, arguments = result.stdout.split(maxsplit=2)
    assert (name, arguments) == ("__main__", "['']\n")
    assert int(child) != os.getpid()
    assert result.stderr == "bad\n"
    assert str(result) == f"isolated: ended well\n--- output ---\n{result.stdout}--- error output ---\nbad"


def test_code_finds_what_lies_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beside.py").write_text("here = True")
    monkeypatch.chdir(tmp_path)
    assert gclab.isolated("import beside; assert beside.here")
    assert gclab.isolated("import probe").error == "ModuleNotFoundError", "it finds none of gclab's own files"


def test_an_exception_is_a_result() -> None:
    result = gclab.isolated("def f():\n    1 / 0\n\nf()")
    assert not result
    assert (result.exit_code, result.error, result.message) == (1, "ZeroDivisionError", "division by zero")
    assert repr(result) == "isolated: raised ZeroDivisionError: division by zero"
    lines = result.traceback.splitlines()
    assert lines[:3] == ["Traceback (most recent call last):", '  File "<isolated>", line 4, in <module>', "    f()"]
    assert "isolated_child" not in str(result)
    with pytest.raises(gclab.IsolatedError, match="division by zero"):
        result.check()


def test_an_exit_code_is_a_result() -> None:
    result = gclab.isolated("import sys; sys.exit(3)")
    assert (result.ok, result.exit_code) == (False, 3)
    assert repr(result) == "isolated: ended with exit code 3"


@posix
@pytest.mark.parametrize("name", ["SIGABRT", "SIGSEGV", "SIGKILL", "SIGTERM"])
def test_a_signal_is_named(name: str) -> None:
    """What was written before is kept, although nobody flushed it."""
    result = gclab.isolated(f"import os, signal\nprint('before')\nos.kill(os.getpid(), signal.{name})")
    assert (result.ok, result.exit_code, result.signal, result.timed_out) == (False, None, name, False)
    assert repr(result).startswith(f"isolated: ended by {name}")
    assert result.stdout == "before\n"


@posix
def test_a_crash_shows_where_python_was_without_addresses_and_paths() -> None:
    def crash() -> None:
        import ctypes  # noqa: PLC0415 - a function travels alone

        ctypes.string_at(8)

    result = gclab.isolated(crash)
    assert result.signal == "SIGSEGV"
    assert "Segmentation fault" in result.traceback
    assert '  File "__init__.py", line' in str(result)
    assert str(result).endswith('  File "<isolated>", line 5 in crash')
    assert "0x" not in str(result)


@posix
def test_a_crash_while_the_interpreter_shuts_down_is_named_so() -> None:
    code = "import os\nclass Late:\n    def __del__(self, abort=os.abort):\n        abort()\nlate = Late()"
    result = gclab.isolated(code)
    assert (result.signal, result.finished) == ("SIGABRT", True)
    assert repr(result) == "isolated: ended by SIGABRT (abort), after its code, while the interpreter shut down"


@posix
def test_a_crash_writes_no_core_file() -> None:
    result = gclab.isolated("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))")
    assert result.stdout == "(0, 0)\n"


def test_an_endless_loop_is_ended_where_it_was() -> None:
    result = gclab.isolated("print('before', flush=True)\nwhile True:\n    pass", timeout=0.5)
    assert (result.timed_out, result.exit_code, result.signal) == (True, None, "")
    assert repr(result) == "isolated: timed out after 0.5 s and was ended"
    assert result.stdout == "before\n"
    assert '  File "<isolated>", line ' in result.traceback


def test_a_child_that_stops_its_own_clock_is_ended_as_well() -> None:
    code = "import faulthandler\nfaulthandler.cancel_dump_traceback_later()\nwhile True:\n    pass"
    result = gclab.isolated(code, timeout=0.2)
    assert result.timed_out
    assert result.seconds < 10


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and that nobody has asked for yet (a zombie) does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout  # noqa: S607
    return bool(state.strip()) and not state.startswith("Z")


def wait_until_gone(pid: int) -> None:
    for _ in range(100):
        if not alive(pid):
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still there")


GRANDCHILD = (
    "import subprocess, sys\nprint(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)"
)


@posix
@pytest.mark.parametrize("then", ["", "\nwhile True:\n    pass", "\nimport os; os.abort()"])
def test_what_the_code_has_started_ends_with_it(then: str) -> None:
    result = gclab.isolated(GRANDCHILD + then, timeout=0.5 if "while" in then else 60)
    assert result.seconds < 10
    wait_until_gone(int(result.stdout))


WAITING = "import os, pathlib\npathlib.Path('pid').write_text(f'{os.getpid()}\\n')\nwhile True:\n    pass"
CALLER = f"""
import gclab
try:
    gclab.isolated({WAITING!r}, timeout=TIMEOUT)
except KeyboardInterrupt:
    print("interrupted")
"""


def started_caller(folder: Path, timeout: int) -> tuple[subprocess.Popen[str], int]:
    """Start a process that waits for an isolated child; return it and the child's number."""
    code = CALLER.replace("TIMEOUT", str(timeout))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=folder)
    for _ in range(200):
        if (folder / "pid").exists() and (text := (folder / "pid").read_text()).endswith("\n"):
            return process, int(text)
        time.sleep(0.05)
    process.kill()
    pytest.fail("the child did not start")


@posix
def test_ctrl_c_ends_the_child_and_reaches_the_caller(tmp_path: Path) -> None:
    process, child = started_caller(tmp_path, timeout=60)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20)[0] == "interrupted\n"
    wait_until_gone(child)


@posix
def test_a_child_whose_caller_was_killed_ends_when_its_time_is_over(tmp_path: Path) -> None:
    process, child = started_caller(tmp_path, timeout=1)
    process.kill()
    process.communicate(timeout=20)
    wait_until_gone(child)


def test_calls_from_several_threads_do_not_meet() -> None:
    results: dict[int, object] = {}

    def call(number: int) -> None:
        results[number] = gclab.isolated(product, number, 10).value

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {0: 0, 1: 10, 2: 20, 3: 30}


def test_long_output_is_cut_and_says_so() -> None:
    result = gclab.isolated("for number in range(300_000):\n    print(number)")
    first, _, rest = result.stdout.partition("\n")
    assert first == f"[{1_988_890 - (1 << 20)} bytes before this are left out]"
    assert len(rest) == 1 << 20
    assert rest.endswith("\n299999\n")
    assert str(result).splitlines()[2].endswith(" lines before this are not shown]")
    assert len(str(result).splitlines()) < 30


def test_output_that_is_no_text_is_decoded() -> None:
    result = gclab.isolated("import sys\nsys.stdout.buffer.write(b'\\xff\\n')\nprint('\\u00e9 \\ud800')")
    assert result.stdout == "\ufffd\n\u00e9 \\ud800\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_a_memory_limit() -> None:
    result = gclab.isolated("print('start')\nx = bytearray(1 << 32)", memory=1 << 29)
    assert (result.error, result.stdout) == ("MemoryError", "start\n")
    assert gclab.isolated("x = bytearray(1 << 20)", memory=1 << 29)


@pytest.mark.skipif(sys.platform == "win32", reason="as if this were another system")
def test_a_system_without_a_memory_limit_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    result = gclab.isolated("pass", memory=1 << 20)
    assert result.notes == ("This system limits no memory, so memory= had no effect.",)
    assert result.notes[0] in str(result)


@posix
def test_another_interpreter_needs_nothing_installed(tmp_path: Path) -> None:
    """A stand-in that starts this one without its site-packages."""
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nPYTHONPATH= exec "{sys.executable}" -S "$@"\n')
    other.chmod(0o755)
    assert gclab.isolated("import gclab", python=other).error == "ModuleNotFoundError"
    assert gclab.isolated(product, 3, 4, python=other).value == 12


def test_an_interpreter_that_does_not_exist() -> None:
    with pytest.raises(gclab.IsolatedError, match=r"The interpreter no-such-python cannot be started: No such file"):
        gclab.isolated("pass", python="no-such-python")


def test_environment_variables_are_added() -> None:
    result = gclab.isolated("import os; print(os.environ['MINE'], 'PATH' in os.environ)", env={"MINE": "1"})
    assert result.stdout == "1 True\n"


def test_a_value_that_cannot_be_sent_is_shown() -> None:
    def make() -> object:
        class Odd:
            def __repr__(self) -> str:
                return "<odd>"

        return Odd()

    result = gclab.isolated(make)
    assert result.ok
    assert (result.value, result.value_repr) == (None, "<odd>")
    assert "cannot be sent back" in result.notes[0]
    assert repr(result) == "isolated: ended well and returned <odd>"


def test_a_value_that_cannot_be_read_here_is_shown() -> None:
    def make() -> object:
        globals()["Only"] = type("Only", (), {"__repr__": lambda _: "<only there>", "__module__": "__main__"})
        return globals()["Only"]()

    result = gclab.isolated(make)
    assert (result.value, result.value_repr) == (None, "<only there>")
    assert "AttributeError" in result.notes[0]


def test_a_repr_that_fails_or_is_long() -> None:
    def fails() -> object:
        class Bad:
            def __repr__(self) -> str:
                raise ValueError

        return Bad()

    assert gclab.isolated(fails).value_repr == "<Bad whose repr raises ValueError>"
    long = gclab.isolated(product, "ab", 5000)
    assert long.value == "ab" * 5000
    assert long.value_repr == repr("ab" * 5000)[:1000] + "..."


def test_a_name_of_the_file_is_not_sent_and_a_sentence_says_so() -> None:
    def uses() -> object:
        return time.time()

    result = gclab.isolated(uses)
    assert result.error == "NameError"
    assert result.notes == ("Code runs alone: it imports and defines all that it uses.",)


def test_annotations_need_nothing() -> None:
    def annotated(path: Path) -> Any:  # noqa: ANN401
        return str(path)

    assert gclab.isolated(annotated, Path("a")).value == "a"


exec(compile("def without_source(): pass", "<nowhere>", "exec"))  # noqa: S102 - a function without a file
plain = functools.partial(lambda function: function)


@plain
def marked() -> None: ...


async def later() -> None: ...


def many() -> Any:  # noqa: ANN401
    yield 1


class Methods:
    def method(self) -> None: ...


outside = 1


def enclosing() -> Any:  # noqa: ANN401
    value = 3

    def inner() -> int:
        return value + outside

    return inner


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (len, r"len is a builtin_function_or_method, so it cannot be sent. Give a function that is written with `def`"),
        (Methods, "Methods is a type,"),
        (Methods().method, "method is a method,"),
        (functools.partial(product, 1), "partial is a partial,"),
        (lambda: 1, "<lambda> is part of another statement"),
        (enclosing(), r"inner uses `value` of the function or class around it.*gclab.isolated\(inner, value\)"),
        (functools.wraps(product)(lambda: 1), "product has a decorator"),
        (marked, "marked has a decorator"),
        (later, "later only starts when it is awaited"),
        (many, "many only starts when it is awaited or iterated"),
        (globals()["without_source"], "The source of without_source is in no file and in no cell"),
    ],
)
def test_a_function_that_cannot_be_sent_says_what_to_do(function: Any, sentence: str) -> None:  # noqa: ANN401
    with pytest.raises(gclab.IsolatedError, match=sentence):
        gclab.isolated(function)


def test_arguments_that_cannot_be_sent() -> None:
    with pytest.raises(gclab.IsolatedError, match=r"The arguments cannot be sent .* Make them inside the function"):
        gclab.isolated(product, lambda: 1, 2)
    with pytest.raises(gclab.IsolatedError, match="Arguments are for a function"):
        gclab.isolated("pass", 1)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_time_that_is_none(seconds: float) -> None:
    with pytest.raises(gclab.IsolatedError, match="timeout is a number of seconds above 0, at most 1000000, not "):
        gclab.isolated("pass", timeout=seconds)
