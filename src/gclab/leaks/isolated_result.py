"""How code ended that ran in a child interpreter."""

from __future__ import annotations

import re
import signal as signals
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gclab.errors import IsolatedError

if TYPE_CHECKING:
    from typing_extensions import Self

_SHOWN: Final = 20  # lines of each part
_SIGNALS: Final = {
    "SIGABRT": "abort",
    "SIGBUS": "invalid memory access",
    "SIGFPE": "arithmetic error",
    "SIGILL": "illegal instruction",
    "SIGKILL": "killed from outside, perhaps for want of memory",
    "SIGSEGV": "invalid memory access, or a stack overflow",
    "SIGTRAP": "trap",
}
# On Windows a crash is an exit code: https://learn.microsoft.com/openspecs/windows_protocols/ms-erref
_STATUSES: Final = {
    0xC0000005: "STATUS_ACCESS_VIOLATION",
    0xC0000017: "STATUS_NO_MEMORY",
    0xC000001D: "STATUS_ILLEGAL_INSTRUCTION",
    0xC0000094: "STATUS_INTEGER_DIVIDE_BY_ZERO",
    0xC00000FD: "STATUS_STACK_OVERFLOW",
    0xC000013A: "STATUS_CONTROL_C_EXIT",
    0xC0000374: "STATUS_HEAP_CORRUPTION",
    0xC0000409: "STATUS_STACK_BUFFER_OVERRUN",
}
_FIRST_ERROR: Final = 0xC0000000
# What differs from run to run or from machine to machine, and what stands for it.
_TIDY: Final = (
    (re.compile(r"(thread '[^'\n]*') \(\d+\)"), r"\1"),
    (re.compile(r"(Current thread|Thread) 0x[0-9a-f]+( \[[^\]]*\])?"), r"\1"),
    (re.compile(r"0x[0-9a-fA-F]{5,}"), "0x..."),
    (re.compile(r"/rustc/[0-9a-f]+/"), ""),
    (re.compile(r"(?:[A-Za-z]:)?[\\/][^\s:'\"]*[\\/]registry[\\/]src[\\/][^\\/\s]+[\\/]"), ""),
    (re.compile(r'File "(?:[A-Za-z]:)?[\\/][^"\n]*[\\/]([^"\\/\n]+)"'), r'File "\1"'),
)
_OWN_FRAME: Final = re.compile(r'^ +File "isolated_child\.py", line .*\n?', re.MULTILINE)
_LIBRARIES: Final = re.compile(r"^Extension modules: .*\n?", re.MULTILINE)


@dataclass(frozen=True, repr=False)
class IsolatedResult:
    """How code ended; true if it ran to its end without an error.

    `repr` says it in one line. `str`, which a notebook shows, adds the ends of what the code wrote and the traceback,
    without addresses and paths, so that it is the same in every run.

    Attributes:
        stdout: what the code wrote, at most the last mebibyte.
        stderr: the same; messages of a panic are here.
        value: what the function returned; None where that cannot be sent back.
        value_repr: its `repr`, at most 1000 characters; empty if nothing was returned.
        exit_code: None if a signal ended the interpreter, or the time was over.
        signal: the name of the signal, such as ``SIGABRT``; on Windows of the status; else empty.
        timed_out: whether it was ended because the time was over.
        seconds: how long it ran, with the start of the interpreter.
        error: the type of the exception that ended the code, such as ``pyo3_runtime.PanicException``; else empty.
        message: the text of that exception.
        traceback: of the exception, or by faulthandler of the crash or of the moment when the time was over.
        limit: the seconds that were allowed.
        notes: sentences about what could not be done as asked.
        finished: whether the code itself had ended before the interpreter did.

    """

    stdout: str
    stderr: str
    value: Any
    value_repr: str
    exit_code: int | None
    signal: str
    timed_out: bool
    seconds: float
    error: str
    message: str
    traceback: str
    limit: float
    notes: tuple[str, ...] = ()
    finished: bool = False

    @property
    def ok(self) -> bool:
        """Whether the code, and the interpreter after it, ended without an error."""
        return self.exit_code == 0

    def __bool__(self) -> bool:
        return self.ok

    def check(self) -> Self:
        """Return this result, or raise `IsolatedError` with its text if it is not `ok`."""
        if not self.ok:
            raise IsolatedError(str(self))
        return self

    def __repr__(self) -> str:
        if self.timed_out:
            ending = f"timed out after {self.limit:g} s and was ended"
        elif self.signal:
            meaning = _SIGNALS.get(self.signal)
            ending = f"ended by {self.signal}{f' ({meaning})' if meaning else ''}"
        elif self.error:
            ending = f"raised {self.error}{': ' if self.message else ''}{self.message.partition(chr(10))[0]}"
        elif self.exit_code:
            ending = f"ended with exit code {self.exit_code}"
        else:
            ending = f"ended well{f' and returned {self.value_repr}' if self.value_repr else ''}"
        late = self.finished and (self.timed_out or self.signal)
        return tidy(f"isolated: {ending}{', after its code, while the interpreter shut down' if late else ''}")

    def __str__(self) -> str:
        parts = [repr(self), *self.notes]
        for title, text in (("output", self.stdout), ("error output", self.stderr), ("traceback", self.traceback)):
            if text.strip():
                parts += [f"--- {title} ---", _end(tidy(text))]
        return "\n".join(parts)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:  # noqa: ANN401 - what IPython passes
        return {"text/plain": str(self)}


def signal_name(status: int) -> str:
    """Return the name behind the status of a program that crashed; empty if it ended by itself."""
    if sys.platform == "win32":
        unsigned = status & 0xFFFFFFFF
        return _STATUSES.get(unsigned, f"status 0x{unsigned:08X}" if unsigned >= _FIRST_ERROR else "")
    try:
        return signals.Signals(-status).name if status < 0 else ""
    except ValueError:
        return f"signal {-status}"


def tidy(text: str) -> str:
    """Take out what differs between runs and machines: addresses, numbers of threads, folders."""
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    return _LIBRARIES.sub("", _OWN_FRAME.sub("", text))


def _end(text: str) -> str:
    lines = text.rstrip("\n").split("\n")
    cut = [f"[{len(lines) - _SHOWN} lines before this are not shown]"] if len(lines) > _SHOWN else []
    return "\n".join([*cut, *lines[-_SHOWN:]]).strip("\n")
