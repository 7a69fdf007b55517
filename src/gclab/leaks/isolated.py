"""`gclab.isolated` runs code in a child interpreter, so that a crash is a result."""

from __future__ import annotations

import importlib.util
import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gclab.errors import IsolatedError
from gclab.leaks.isolated_process import Ended, run
from gclab.leaks.isolated_result import IsolatedResult, signal_name
from gclab.leaks.isolated_source import source_of
from gclab.rust import loader
from gclab.rust.cache import ABI

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["IsolatedResult", "isolated"]

_CHILD: Final = Path(__file__).with_name("isolated_child.py")
_BUILDER: Final = Path(loader.__file__).with_name("library.py")
_GRACE: Final = 1.0  # seconds: the child ends itself when its time is over, and writes where it was
_LONGEST: Final = 1_000_000  # seconds: more than the clock of every system takes
# A backtrace of native frames differs from machine to machine; env= can ask for it.
_ENVIRONMENT: Final = {"PYTHONIOENCODING": "utf-8:backslashreplace", "RUST_BACKTRACE": "0"}
_ALONE: Final = "Code runs alone: it imports and defines all that it uses."


def isolated(
    code: str | Callable[..., object],
    /,
    *args: object,
    timeout: float = 60.0,
    memory: int | None = None,
    python: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> IsolatedResult:
    """Run code, or call a function, in a child interpreter, and tell how it ended.

    There each module that ``%%pyo3`` has built in this process can be imported by its name, in its current build; the
    earlier builds as ``name@1``, ``name@2``. Nothing else is sent: imports stand in the code, or inside the function.
    An exception, a crash and an endless loop are results; they do not reach the caller.

    Args:
        code: Python source, or a function that is written with `def`, of which the source is sent.
        *args: the arguments of the function; they are pickled.
        timeout: seconds after which the child and all that it started are ended.
        memory: bytes of address space that the child may take, the interpreter's own included (some 50 million).
        python: the path of another interpreter, 3.10 or newer; it needs nothing installed.
        env: environment variables to add to those of this process, such as ``{"RUST_BACKTRACE": "1"}`` for a longer
            message of a panic.

    Raises:
        IsolatedError: the code cannot be sent, or the interpreter cannot be started.

    """
    job, notes = _job(code, args, timeout, memory)
    environment = {**os.environ, **_ENVIRONMENT, **(env or {})}
    with tempfile.TemporaryDirectory(prefix="gclab-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "job").write_bytes(pickle.dumps(job))
        # -u: nothing of the output waits in a buffer when the child crashes.
        command = [os.fspath(python or sys.executable), "-u", str(_CHILD), str(folder)]
        try:
            ended = run(command, environment, timeout + _GRACE)
        except OSError as failed:
            raise IsolatedError(f"The interpreter {command[0]} cannot be started: {failed.strerror}.") from None
        return _result(ended, folder, timeout, notes)


def _job(
    code: str | Callable[..., object], args: tuple[object, ...], timeout: float, memory: int | None
) -> tuple[dict[str, Any], list[str]]:
    if not 0 < timeout <= _LONGEST:
        raise IsolatedError(f"timeout is a number of seconds above 0, at most {_LONGEST}, not {timeout}.")
    if memory is not None and memory <= 0:
        raise IsolatedError(f"memory is a number of bytes above 0, not {memory}.")
    if isinstance(code, str) and args:
        raise IsolatedError("Arguments are for a function; a string of code takes none.")
    notes = []
    if memory is not None and (sys.platform == "darwin" or not importlib.util.find_spec("resource")):
        memory = None
        notes.append("This system limits no memory, so memory= had no effect.")
    try:
        arguments = pickle.dumps(args)
    except Exception as failed:
        raise IsolatedError(
            f"The arguments cannot be sent ({type(failed).__name__}: {failed}). Make them inside the function."
        ) from failed
    job = {
        "code": code if isinstance(code, str) else source_of(code),
        "function": None if isinstance(code, str) else code.__name__,
        "arguments": arguments,
        "timeout": timeout,
        "memory": memory,
        "libraries": loader.libraries(),
        "abi": ABI,
        "builder": str(_BUILDER),
    }
    return job, notes


def _result(ended: Ended, folder: Path, limit: float, notes: list[str]) -> IsolatedResult:
    reply = _reply(folder)
    crash = _read(folder / "crash").decode("utf-8", "replace").strip("\n")
    timed_out = ended.killed or crash.startswith("Timeout (")
    signal = "" if timed_out else signal_name(ended.status)
    if reply.get("type") == "NameError":
        notes.append(_ALONE)
    return IsolatedResult(
        stdout=ended.stdout,
        stderr=ended.stderr,
        value=_value(reply, notes),
        value_repr=reply.get("repr", ""),
        exit_code=None if timed_out or signal else ended.status,
        signal=signal,
        timed_out=timed_out,
        seconds=ended.seconds,
        error=reply.get("type", ""),
        message=reply.get("message", ""),
        traceback=crash or reply.get("traceback", ""),
        limit=limit,
        notes=tuple(notes),
        finished=bool(reply),
    )


def _reply(folder: Path) -> dict[str, Any]:
    try:
        return dict(pickle.loads(_read(folder / "reply")))  # noqa: S301 - written by the user's own code
    except (EOFError, pickle.UnpicklingError):
        return {}  # it crashed before, or while it wrote


def _value(reply: dict[str, Any], notes: list[str]) -> Any:  # noqa: ANN401 - whatever was returned
    try:
        return pickle.loads(reply["value"]) if "value" in reply else None  # noqa: S301 - the same
    except Exception as failed:  # noqa: BLE001 - a class may raise anything while it is read
        reply["unsent"] = f"{type(failed).__name__}: {failed}"
        return None
    finally:
        if "unsent" in reply:
            notes.append(f"The returned value cannot be sent back ({reply['unsent']}); value_repr shows it.")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
