"""Builds in real kernels: what a front end gets, and what happens when kernels meet, stop, or are killed."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kernels.conftest import Kernel, Message, SlowCell

# ipykernel, jupyter_client and their parts warn about themselves.
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning", "default::PendingDeprecationWarning")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r"Compiling [\w -]+: \d+ of \d+ \(\d+ s\)|Waiting for another build to finish \(\d+ s\)")


def left(messages: list[Message]) -> list[Message]:
    """Return the outputs that a front end still shows at the end: those that no `clear_output` has removed."""
    shown: list[Message] = []
    clear_before_next = False
    for message in messages:
        if message["msg_type"] == "clear_output":
            clear_before_next = bool(message["content"]["wait"])
            shown = shown if clear_before_next else []
        else:
            shown = [message] if clear_before_next else [*shown, message]
            clear_before_next = False
    return shown


def value(kernel: Kernel, code: str) -> str:
    (message,) = kernel.run(code)
    return str(message["content"]["data"]["text/plain"])


def test_a_long_build_shows_its_progress_and_leaves_nothing(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    kernel = start()
    messages = kernel.run(f"%%pyo3 slow_a\n{slow_cell(2)}")
    lines = [message["content"]["data"]["text/plain"] for message in messages if message["msg_type"] == "display_data"]
    assert lines
    assert all(PROGRESS.fullmatch(line) for line in lines), lines
    assert {message["msg_type"] for message in messages} == {"display_data", "clear_output"}
    assert left(messages) == []
    assert value(kernel, "slow_a.answer()") == "42"


def test_after_progress_only_the_error_is_left(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    kernel = start()
    messages = kernel.run(f"%%pyo3 slow_b\n{slow_cell(2)}const _: () = assert!(X == 3);\n")
    assert any(message["msg_type"] == "display_data" for message in messages)
    (error,) = left(messages)
    assert (error["msg_type"], error["content"]["ename"]) == ("error", "CompileError")
    shown = error["content"]["traceback"]
    assert COLOUR.sub("", shown[0]).startswith("error[E0080]: evaluation ")
    assert shown[0] != COLOUR.sub("", shown[0]), "in colour"
    assert value(kernel, "1 + 1") == "2"


def test_after_progress_a_warning_is_a_stream(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    kernel = start()
    (stream,) = left(kernel.run(f"%%pyo3 slow_c\n{slow_cell(2)}fn nobody() {{}}\n"))
    assert (stream["msg_type"], stream["content"]["name"]) == ("stream", "stdout")
    assert "function `nobody` is never used" in COLOUR.sub("", stream["content"]["text"])


def test_two_kernels_build_at_once(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    """First the same cell, then one each under the same name: everybody gets what the own cell says."""
    kernels = [start(), start()]
    same = f"%%pyo3 slow_d\n{slow_cell(2)}"
    own = [f"%%pyo3 slow_d\n{slow_cell(1).replace('42', answer)}" for answer in ("1", "2")]
    for cells, answers in (([same, same], ["42", "42"]), (own, ["1", "2"])):
        requests = [kernel.send(cell) for kernel, cell in zip(kernels, cells, strict=True)]
        for kernel, request in zip(kernels, requests, strict=True):
            assert left(kernel.rest(request)) == []
        assert [value(kernel, "slow_d.answer()") for kernel in kernels] == answers


@posix
def test_a_captured_build_writes_nothing(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    """Under ``%%capture`` IPython removes a display by writing an escape sequence, which would be captured, too."""
    kernel = start()
    kernel.run(f"%%capture said\n%%pyo3 slow_d\n{slow_cell(2)}")
    assert value(kernel, "(said.stdout, said.stderr, len(said.outputs))") == "('', '', 0)"


def test_after_a_kernel_was_killed_in_a_build_the_next_one_builds_the_same_cell(
    start: Callable[[], Kernel], slow_cell: SlowCell
) -> None:
    first, second = start(), start()
    cell = f"%%pyo3 slow_e\n{slow_cell(2)}"
    kill_while_it_builds(first, cell)
    assert left(second.run(cell)) == []
    assert value(second, "slow_e.answer()") == "42"


@posix
def test_a_build_ends_with_its_kernel(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    """The next one does not wait for a build of a minute that nobody wants any more."""
    first, second = start(), start()
    kill_while_it_builds(first, f"%%pyo3 slow_i\n{slow_cell(60)}")
    time.sleep(0.5)
    messages = second.run(f"%%pyo3 slow_i\n{slow_cell(0)}")
    assert not any("Waiting" in str(message["content"]) for message in messages)
    assert value(second, "slow_i.answer()") == "42"


def kill_while_it_builds(kernel: Kernel, cell: str) -> None:
    pid = int(value(kernel, "import os; os.getpid()"))
    kernel.until_progress(kernel.send(cell))
    os.kill(pid, signal.SIGKILL)


@posix
def test_an_interrupt_ends_a_build_and_its_progress(start: Callable[[], Kernel], slow_cell: SlowCell) -> None:
    kernel = start()
    request = kernel.send(f"%%pyo3 slow_f\n{slow_cell(60)}")
    kernel.until_progress(request)
    kernel.manager.interrupt_kernel()
    (error,) = left([{"msg_type": "display_data"}, *kernel.rest(request)])
    assert (error["msg_type"], error["content"]["ename"]) == ("error", "InterruptedBuild")
    assert "the build of slow_f was interrupted; nothing has changed" in error["content"]["traceback"][0]
    assert len(error["content"]["traceback"]) == 1
    assert left(kernel.run(f"%%pyo3 slow_f\n{slow_cell(0)}")) == []
    assert value(kernel, "slow_f.answer()") == "42"


def test_after_a_restart_an_unchanged_cell_comes_from_the_cache(
    start: Callable[[], Kernel], slow_cell: SlowCell
) -> None:
    kernel = start()
    cell = f"%%pyo3 slow_g --verbose\n{slow_cell(0)}"
    said = [kernel.run(cell)[0]["content"]["text"]]
    kernel.manager.restart_kernel(now=True)
    kernel.load()
    said += [kernel.run(cell)[0]["content"]["text"]]
    assert said[0].startswith("built because: ")
    assert said[1].startswith("the cell is as it was: nothing was built\n")
    assert value(kernel, "slow_g.answer()") == "42"


def test_a_panic_leaves_the_kernel_alive(start: Callable[[], Kernel]) -> None:
    kernel = start()
    assert kernel.run('%%pyo3 slow_h\n#[pyo3::pyfunction]\nfn panic() { panic!("odd") }\n') == []
    messages = {message["msg_type"]: message["content"] for message in kernel.run("slow_h.panic()")}
    assert messages["error"]["ename"] == "PanicException"
    assert "panicked at slow_h.rs:3:" in messages["stream"]["text"]
    assert value(kernel, "1 + 1") == "2"


@posix
def test_an_interrupt_ends_what_is_isolated(start: Callable[[], Kernel]) -> None:
    """A function of a notebook is sent although it is in no file."""
    kernel = start()
    kernel.run("import gclab\ndef loop(number):\n    while True:\n        pass\n")
    request = kernel.send("print('start', flush=True)\ngclab.isolated(loop, 1)")
    while kernel.next(request)["msg_type"] != "stream":
        pass
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    (error,) = kernel.rest(request)
    assert error["content"]["ename"] == "KeyboardInterrupt"
    assert "timed out after 0.2 s" in value(kernel, "gclab.isolated(loop, 1, timeout=0.2)")


def test_the_kernels_of_these_tests_have_a_folder_of_their_own(start: Callable[[], Kernel]) -> None:
    assert value(start(), "get_ipython().ipython_dir") == repr(os.environ["IPYTHONDIR"])
