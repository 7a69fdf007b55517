"""A program, run to its end or to the end of its time, with nothing of it left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST: Final = 1 << 20  # bytes that are kept of each stream: the last ones
_CHUNK: Final = 1 << 16
_GRACE: Final = 1.0  # seconds in which a pipe is still read after the program ended: another program may hold it open


@dataclass(frozen=True)
class Ended:
    """How a program ended. `status` is subprocess's: an exit code, or minus the number of a signal."""

    status: int
    stdout: str
    stderr: str
    killed: bool
    seconds: float


def run(command: list[str], environment: Mapping[str, str], seconds: float) -> Ended:
    """Run a program in a group of its own, without input; end the whole group when it ends or `seconds` are over.

    Whatever interrupts the wait, also Ctrl-C, ends the group before it goes on.
    """
    started = time.monotonic()
    with _started(command, environment) as process:
        assert process.stdout is not None  # noqa: S101 - both are pipes
        assert process.stderr is not None  # noqa: S101
        tails = [_Tail(process.stdout), _Tail(process.stderr)]
        killed = False
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            killed = True
        finally:
            took = time.monotonic() - started
            _kill(process)
            process.wait()
            stdout, stderr = (tail.text() for tail in tails)
    return Ended(process.returncode, stdout, stderr, killed, took)


class _Tail:
    """The last bytes of a stream, read by a thread of its own."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._kept = b""
        self._left_out = 0
        self._reader = threading.Thread(target=self._read, name="gclab-isolated", daemon=True)
        self._reader.start()

    def text(self) -> str:
        """Decode what was kept; say how much was not."""
        self._reader.join(_GRACE)
        text = self._kept.decode("utf-8", "replace").replace("\r\n", "\n")
        return f"[{self._left_out} bytes before this are left out]\n{text}" if self._left_out else text

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # closed by the other thread, which waits no longer
            while chunk := os.read(self._pipe.fileno(), _CHUNK):
                kept = self._kept + chunk
                self._left_out += max(0, len(kept) - _MOST)
                self._kept = kept[-_MOST:]


def _started(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **group,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started, if anything of it is left."""
    if sys.platform == "win32":
        if process.poll() is None:
            kill_tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(kill_tree, check=False, capture_output=True)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
