"""IPython in a terminal: a long build has one line that says how far it is, and the line goes."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.kernels.conftest import SlowCell

if sys.platform == "win32":
    pytest.skip("a pseudo terminal is one of POSIX", allow_module_level=True)

import pty

ROOT = Path(__file__).resolve().parents[2]
PROGRESS = re.compile(r"\r\x1b\[KCompiling gclab_term_a_\d+: \d+ of \d+ \(\d+ s\)")
# One character, or one of the sequences that move the cursor or set a colour.
_PIECE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|.", re.DOTALL)


class Terminal:
    """IPython at the other end of a pseudo terminal."""

    def __init__(self) -> None:
        self.written = ""
        self._end, other = pty.openpty()
        arguments = ["--simple-prompt", "--no-banner", "--no-confirm-exit", "--HistoryManager.enabled=False"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "IPython", *arguments],
            stdin=other,
            stdout=other,
            stderr=other,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(other)

    def until(self, text: str, seconds: float = 90) -> None:
        """Read until the program has written a text."""
        start, end = len(self.written), time.monotonic() + seconds
        while text not in self.written[start:]:
            ready, _, _ = select.select([self._end], [], [], max(0, end - time.monotonic()))
            assert ready, f"{text!r} was not written: {self.written!r}"
            self.written += os.read(self._end, 1 << 16).decode()

    def type(self, text: str) -> None:
        """Type a text, as one does at a keyboard: a line at a time, after its prompt."""
        os.write(self._end, text.encode())

    def close(self) -> None:
        """End IPython."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            os.close(self._end)


def screen(written: str) -> list[str]:
    """Return the lines that a terminal shows: a carriage return goes back, ``ESC [ K`` clears to the end."""
    lines, column = [""], 0
    for piece in _PIECE.findall(written):
        if piece == "\n":
            lines.append("")
            column = 0
        elif piece == "\r":
            column = 0
        elif piece == "\x1b[K":
            lines[-1] = lines[-1][:column]
        elif not piece.startswith("\x1b"):
            lines[-1] = lines[-1][:column] + piece + lines[-1][column + 1 :]
            column += 1
    return lines


def test_progress_is_one_line_of_the_terminal_and_goes(slow_cell: SlowCell) -> None:
    terminal = Terminal()
    try:
        terminal.until("In [1]: ")
        terminal.type("%load_ext gclab\n")
        terminal.until("In [2]: ")
        for line in ["%%pyo3 term_a", *slow_cell(2).splitlines(), ""]:
            terminal.type(f"{line}\n")
            terminal.until("...: ")
        terminal.type("\n")
        terminal.until("In [3]: ")
        terminal.type("term_a.answer()\n")
        terminal.until("In [4]: ")
    finally:
        terminal.close()
    assert PROGRESS.search(terminal.written), terminal.written
    shown = screen(terminal.written)
    assert not any("Compiling" in line for line in shown), shown
    assert "Out[3]: 42" in shown
