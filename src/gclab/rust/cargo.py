"""The one file that runs cargo."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gclab.rust.trouble import wants_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BAR = re.compile(r"Building \[[^\]]*\] (\d+)/(\d+)(?:: ([\w-]+))?")
_LINE_END = re.compile(rb"[\r\n]+")
# With the preludes of both crates in scope rustc would only warn, and take PyO3's `#[pyclass]`: the leak itself.
_LINT = "-Dambiguous-glob-imports"
_WAITING = "Blocking waiting for file lock"
# A venv's own path would make PyO3's build script run, and all that depends on it compile, again for each venv.
_REMOVED = ("VIRTUAL_ENV", "CONDA_PREFIX")
_POLL = 0.1
# Runs cargo, and ends its whole group when standard input ends: when this process is gone, even if it was killed. Else
# the next kernel would wait for a build that nobody wants.
_LEASH = """
exec 3<&0
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 &
"$@" </dev/null 3<&-
status=$?
{ kill $!; wait $!; } 2>/dev/null
exit $status
"""


@dataclass(frozen=True)
class Step:
    """How far a build is: `done` of `total` units, now at `crate`, or `waiting` for another build to end."""

    done: int = 0
    total: int = 0
    crate: str = ""
    waiting: bool = False


@dataclass(frozen=True)
class Run:
    """What cargo said: its JSON messages, and its words without the progress bar."""

    success: bool
    messages: tuple[dict[str, Any], ...]
    words: str

    @property
    def diagnostics(self) -> tuple[dict[str, Any], ...]:
        """The messages that come from rustc."""
        return tuple(found for found in self.messages if found["reason"] == "compiler-message")

    def library(self, crate: str) -> tuple[Path, bool]:
        """Return the library of a crate, and whether cargo thought that it was up to date already."""
        for found in self.messages:
            if found["reason"] == "compiler-artifact" and found["target"]["name"] == crate:
                names = [Path(name) for name in found["filenames"]]
                return next(name for name in names if name.suffix in {".so", ".dylib", ".dll"}), found["fresh"]
        raise LookupError(crate)


@dataclass(frozen=True)
class Command:
    """One run of cargo for a crate: the subcommand and its options, and what it hands on to rustc."""

    cargo: str
    manifest: Path
    target: Path
    options: tuple[str, ...]
    for_rustc: tuple[str, ...] = ()

    def arguments(self, *, offline: bool) -> list[str]:
        """Return the command line."""
        handed_on = ["--", *self.for_rustc] * bool(self.for_rustc)
        return [
            self.cargo,
            *self.options,
            "--manifest-path",
            str(self.manifest),
            *["--offline"] * offline,
            *handed_on,
        ]

    def environment(self) -> dict[str, str]:
        """Return the user's environment with what makes builds of all kernels and venvs share one set of crates."""
        return {
            **{name: value for name, value in os.environ.items() if name not in _REMOVED},
            "PATH": os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(self.cargo).parent)]),
            "CARGO_TARGET_DIR": str(self.target),
            "PYO3_PYTHON": base_python(),
            "PYO3_BUILD_EXTENSION_MODULE": "1",
            "CARGO_TERM_PROGRESS_WHEN": "always",
            "CARGO_TERM_PROGRESS_WIDTH": "120",
            "CARGO_TERM_COLOR": "never",
            "CARGO_TERM_QUIET": "false",
            "CARGO_TERM_VERBOSE": "false",
            "RUST_BACKTRACE": "0",
        }


def compile_command(cargo: str, manifest: Path, target: Path, *, release: bool) -> Command:
    """Compile the library of a crate. Only this crate gets the arguments of rustc, so no dependency is built twice."""
    options = ("rustc", "--lib", "--message-format=json-diagnostic-rendered-ansi", *["--release"] * release)
    link = ("-Clink-arg=-undefined", "-Clink-arg=dynamic_lookup") if sys.platform == "darwin" else ()
    return Command(cargo, manifest, target, options, (_LINT, *link))


def lock_command(cargo: str, manifest: Path, target: Path) -> Command:
    """Correct the lock file of a crate; the versions that it has already stay."""
    return Command(cargo, manifest, target, ("update", "--workspace"))


def base_python() -> str:
    """Return the interpreter behind this one's virtual environments."""
    return str(Path(getattr(sys, "_base_executable", None) or sys.executable).resolve())


def run_cargo(command: Command, report: Callable[[Step], None], *, offline: bool) -> Run:
    """Run cargo in the working folder, so that the toolchain and the settings of the user's project apply.

    Whatever interrupts the wait, also Ctrl-C, ends cargo and all that it started before it goes on.
    """
    lines: queue.Queue[tuple[str, str] | None] = queue.Queue()
    messages: list[dict[str, Any]] = []
    words: list[str] = []
    with _started(command.arguments(offline=offline), command.environment()) as process:
        readers = [_reader(name, getattr(process, name), lines) for name in ("stdout", "stderr")]
        try:
            for source, line in _until_both_end(lines):
                if source == "stdout" and line.startswith("{"):
                    messages.append(json.loads(line))
                elif source == "stderr" and (step := _step(line)):
                    report(step)
                elif line:
                    words.append(line)
                else:
                    report(Step())
            status = process.wait()
        except BaseException:
            _kill(process)
            raise
        finally:
            for reader in readers:
                reader.join(timeout=1)
    return Run(status == 0, tuple(messages), "\n".join(words))


def run_with_network_if_needed(command: Command, report: Callable[[Step], None]) -> tuple[Run, Run]:
    """Run cargo without the network, and with it only if a crate is missing. Return the last run and the first."""
    first = run_cargo(command, report, offline=True)
    return (run_cargo(command, report, offline=False) if wants_network(first) else first), first


def _started(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        arguments = ["/bin/sh", "-c", _LEASH, "sh", *arguments]
    return subprocess.Popen(
        arguments,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **group,
    )


def _reader(name: str, pipe: IO[bytes], lines: queue.Queue[tuple[str, str] | None]) -> threading.Thread:
    def read() -> None:
        rest = b""
        # Not by universal newlines: they keep a line that ends in the bar's carriage return until more comes.
        while chunk := os.read(pipe.fileno(), 1 << 16):
            *whole, rest = _LINE_END.split(rest + chunk)
            for line in whole:
                lines.put((name, line.decode(errors="replace").rstrip()))
        lines.put(None)

    thread = threading.Thread(target=read, name=f"gclab-cargo-{name}", daemon=True)
    thread.start()
    return thread


def _until_both_end(lines: queue.Queue[tuple[str, str] | None]) -> Iterator[tuple[str, str]]:
    """Yield what both readers read; an empty line where nothing comes for a while, for the clock of the report."""
    running = 2
    while running:
        try:
            line = lines.get(timeout=_POLL)
        except queue.Empty:
            line = ("", "")
        if line is None:
            running -= 1
        else:
            yield line


def _step(line: str) -> Step | None:
    if bar := _BAR.search(line):
        return Step(int(bar[1]), int(bar[2]), bar[3] or "")
    return Step(waiting=True) if _WAITING in line else None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End cargo and the compilers it started. On Windows they end with cargo by themselves."""
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
