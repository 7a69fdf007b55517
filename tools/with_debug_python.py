"""Run a command against a debug build of CPython, whose collector checks reference counts.

The build is the one that PYTHON_DEBUG names, or a `python3.x-dbg` on PATH. It has a target folder of its own. Without it
the command is skipped, and says so; with CHECKS=required (as in CI) that is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = ["python3-dbg", *(f"python3.{minor}-dbg" for minor in range(11, 20)), "python3d"]
IS_DEBUG = "import sys; sys.exit(not hasattr(sys, 'gettotalrefcount'))"
ADVICE = "install one (Debian: `apt install python3-dbg libpython3-dbg`) or name it: PYTHON_DEBUG=/path/to/python"


def interpreter() -> str | None:
    """Return a debug build of CPython, if there is one here."""
    named = os.environ.get("PYTHON_DEBUG")
    for name in [named] if named else NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", IS_DEBUG], check=False, capture_output=True).returncode == 0:
            return path
    return None


def main() -> int:
    """Run the command with that interpreter's library, and the builds apart from the others."""
    python = interpreter()
    if python is None:
        required = os.environ.get("CHECKS") == "required"
        said = "failed" if required else "skipped"
        print(f"{' '.join(sys.argv[1:])}: {said}: there is no debug build of CPython here: {ADVICE}")
        return 1 if required else 0
    wrapper = str(ROOT / "tools" / "with_python.py")
    environment = {**os.environ, "PYO3_PYTHON": python, "CARGO_TARGET_DIR": str(ROOT / "target" / "debug-python")}
    return subprocess.run([python, wrapper, *sys.argv[1:]], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
