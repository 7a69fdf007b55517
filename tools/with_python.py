"""Run a command whose programs embed this Python, such as `cargo test`: they must find its library, libpython.

Most Pythons come with it; Debian keeps it in a package of its own, and some builds have none. Without it the command
is skipped, and says so; with CHECKS=required (as in CI) that is an error.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ADVICE = "install it (Debian: `apt install libpython3-dev`; pyenv: build Python with --enable-shared)"
SEARCHED = {"linux": "LD_LIBRARY_PATH", "darwin": "DYLD_FALLBACK_LIBRARY_PATH", "win32": "PATH"}


def library() -> Path | None:
    """Return the shared library that a program which embeds this Python is linked with, if it is there."""
    if sys.platform == "win32":
        found = Path(sys.base_prefix, f"python3{sys.version_info.minor}.dll")
        return found if found.is_file() else None
    folders = [sysconfig.get_config_var(name) for name in ("LIBDIR", "PYTHONFRAMEWORKPREFIX")]
    name = str(sysconfig.get_config_var("LDLIBRARY"))  # the linker's name for it: the -dev package on Debian
    found = [Path(folder, name) for folder in folders if folder and not name.endswith(".a")]
    return next((path for path in found if path.exists()), None)


def main() -> int:
    """Run the command with the library's folder on the loader's path."""
    found = library()
    if found is None:
        required = os.environ.get("CHECKS") == "required"
        print(
            f"{' '.join(sys.argv[1:])}: {'failed' if required else 'skipped'}: this Python has no libpython: {ADVICE}"
        )
        return 1 if required else 0
    variable = SEARCHED.get(sys.platform, "LD_LIBRARY_PATH")
    before = os.environ.get(variable)
    path = os.pathsep.join([str(found.parent), before] if before else [str(found.parent)])
    return subprocess.run(sys.argv[1:], env={**os.environ, variable: path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
