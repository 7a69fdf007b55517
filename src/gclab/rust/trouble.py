"""A build that failed outside the cell: from cargo's words to one sentence that says what to do."""

from __future__ import annotations

import errno
import re
import sys
from typing import TYPE_CHECKING

from gclab.errors import BuildError, CellError, GclabError, MachineError
from gclab.rust.cache import unwritable
from gclab.rust.folding import plain

if TYPE_CHECKING:
    from pathlib import Path

    from gclab.rust.cargo import Run
    from gclab.rust.diagnostics import Paths

_CRATE = re.compile(
    r"no matching package named `([^`]+)`|failed to (?:download|select a version for the requirement) `([\w-]+)"
    r"|unable to download `?([\w-]+)|failed to get `([\w-]+)`"
)
_NO_NETWORK = re.compile(
    r"offline|Could not (?:connect|resolve)|[Tt]imed? ?out|spurious network error|failed to download|network failure"
)
_LINKER = re.compile(r"linker `([^`]+)` not found")
_DISK_FULL = ("No space left on device", "os error 112", "not enough space on the disk")
_MANIFEST = re.compile(r"Cargo\.toml:\d+:\d+")
_GET_LINKER = {
    "linux": "Install one, on Debian or Ubuntu with `sudo apt install build-essential`",
    "darwin": "Install one with `xcode-select --install`",
    "win32": "Install the Visual Studio Build Tools with the C++ workload",
}


def wants_network(run: Run) -> bool:
    """Tell whether a build without the network failed because a crate is not on this machine."""
    return not run.success and "offline" in run.words


def explain(run: Run, offline: Run, paths: Paths) -> GclabError:
    """Return the exception for a failed `run`; `offline` is the attempt before it, which names the missing crate."""
    errors = [found["message"]["rendered"] for found in run.diagnostics if found["message"]["level"] == "error"]
    said = "\n".join([plain("".join(errors)), run.words])
    if any(sign in said for sign in _DISK_FULL):
        return disk_full()
    if _LINKER.search(said):
        return no_linker(said)
    if wants_network(offline) and (crate := _CRATE.search(offline.words)):
        name = next(filter(None, crate.groups()))
        if _NO_NETWORK.search(run.words):
            return MachineError(
                f"The crate `{name}` is not on this machine and cannot be downloaded now. "
                "Connect to the network once and run the cell again."
            )
        if f"no matching package named `{name}`" in run.words:
            return CellError(f"--deps: the registry has no crate called `{name}`.")
    words = paths.remove(_errors(said))
    if _MANIFEST.search(words) or "does not have that feature" in words or "select a version" in words:
        return CellError(f"cargo does not accept the crates or features of this cell.\n{words}")
    return BuildError(f"cargo could not build this cell.\n{words}")


def no_linker(said: str) -> MachineError:
    """Say that Rust cannot link, and what helps."""
    linker = _LINKER.search(said)
    what = f"The linker `{linker[1]}` was not found" if linker else "Rust cannot link a program"
    how = _GET_LINKER.get(sys.platform, "Install a C compiler")
    return MachineError(f"{what}: Rust needs a linker to build a module. {how}.")


def from_os_error(error: OSError, cache: Path) -> MachineError:
    """Return the exception for a cache that cannot be written."""
    return disk_full() if error.errno in (errno.ENOSPC, errno.EDQUOT) else unwritable(cache, error)


def cannot_save(error: OSError, given: str) -> MachineError:
    """Return the exception for a folder of ``--save`` that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    return MachineError(f"--save: the folder {given!r} cannot be written ({error.strerror}). Name another folder.")


def disk_full() -> MachineError:
    """Say that there is no space left."""
    return MachineError("The disk is full. Free some space and run the cell again; nothing in the cache is broken.")


def _errors(said: str) -> str:
    """Leave out what cargo says before its first error."""
    lines = said.splitlines()
    first = next((index for index, line in enumerate(lines) if "error" in line), 0)
    return "\n".join(lines[first:])
