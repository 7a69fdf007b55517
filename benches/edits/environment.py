"""The tools that are compared: which versions, and a virtual environment for those that the project does not use."""

from __future__ import annotations

import os
import subprocess
import venv
from importlib.metadata import version
from typing import TYPE_CHECKING

from edits.process import PROGRAMS, ToolError, environment, last_line, run
from edits.source import write_project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Not in the lock file, because nothing but this benchmark uses them.
PINNED = {"cython": "3.3.1", "maturin-import-hook": "0.3.0", "rustimport": "1.7.1", "setuptools": "84.2.1"}
# From the lock file; magics need the same IPython as `%%pyo3` to be compared.
LOCKED = {name: version(name) for name in ("ipython", "maturin", "uv")}


def new_environment(folder: Path, *, pip: bool = True) -> str:
    """Create a virtual environment and return its Python."""
    venv.create(folder, with_pip=pip)
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")


def install(folder: Path, pinned: Mapping[str, str] = PINNED) -> str:
    """Install the tools and return the Python that has them; without a registry this is a `ToolError`."""
    python = new_environment(folder)
    wanted = [f"{name}=={number}" for name, number in {**pinned, "ipython": LOCKED["ipython"]}.items()]
    command = [str(PROGRAMS / "uv"), "pip", "install", "--quiet", "--python", python, *wanted]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode:
        raise ToolError(f"could not install {', '.join(pinned)} ({last_line(ran.stderr)})")
    return python


def download(folder: Path) -> None:
    """Let cargo download the crates, and build once: no figure contains a download or the first read of a file."""
    variables = environment(folder, {"CARGO_NET_OFFLINE": "false"})
    write_project(folder / "work", "download")
    (folder / "work" / "src" / "lib.rs").touch()
    run(["cargo", "build", "--quiet"], folder, variables)
