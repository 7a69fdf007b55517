"""The virtual environments with the wheels under test: one for each list of pins, made once and kept under target/."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

from constructs import HERE

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = HERE / "locks"
KEPT = HERE.parents[1] / "target" / "validation"


def python_with(lock: str) -> Path:
    """Return the Python that has the wheels of `lock`, after installing them if they are not there yet."""
    pins = LOCKS / f"{lock}.txt"
    key = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = KEPT / f"{lock}-{key}"
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ready = home / "ready"
    if not ready.exists():
        print(f"installing {pins.name} into {home.relative_to(HERE.parents[1])}", flush=True)
        venv.create(home, clear=True, symlinks=sys.platform != "win32")
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([*command, "--no-deps", "--only-binary", ":all:", "--requirement", str(pins)], check=True)
        ready.touch()
    return python


def versions(lock: str) -> dict[str, str]:
    """Return the pinned version of each distribution of `lock`."""
    pins = (line.split("==") for line in (LOCKS / f"{lock}.txt").read_text(encoding="utf-8").splitlines())
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}
