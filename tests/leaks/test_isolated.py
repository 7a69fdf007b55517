"""`gclab.isolated` turns every ending of code into a result, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

import gclab

if TYPE_CHECKING:
    from pathlib import Path

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
    assert process.communicate(timeout=120)[0] == "interrupted\n"
    wait_until_gone(child)


@posix
def test_a_child_whose_caller_was_killed_ends_when_its_time_is_over(tmp_path: Path) -> None:
    process, child = started_caller(tmp_path, timeout=1)
    process.kill()
    process.communicate(timeout=120)
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


def test_environment_variables_are_added() -> None:
    result = gclab.isolated("import os; print(os.environ['MINE'], 'PATH' in os.environ)", env={"MINE": "1"})
    assert result.stdout == "1 True\n"
