"""Create .venv from the lock file, after a look at the machine; one line a step, one sentence a problem.

Only the standard library, and nothing newer than Python 3.7: this file is what tells a user that theirs is too old.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN, SUFFIX = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
OLDEST = (3, 11)
DISK = 4  # GiB: the environment (0.7), the builds of crates and cells (2), the site, and room to breathe


def fail(sentence: str) -> None:
    """End with one sentence that says what is wrong and what to do."""
    sys.exit("setup: " + sentence)


def output(*command: str) -> str | None:
    """Return what the command says, or ``None`` if it cannot be run or fails."""
    try:
        done = subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else None


def check_python() -> str:
    """Name this Python, if it is new enough."""
    have = "{}.{}.{}".format(*sys.version_info)
    if sys.version_info[:2] < OLDEST or sys.implementation.name != "cpython":
        fail(
            f"this is {sys.implementation.name} {have}, and CPython {OLDEST[0]}.{OLDEST[1]} or newer is needed: "
            "install it, and name it by `make PYTHON=/path/to/python3 ...`."
        )
    return "CPython " + have


def check_rust() -> str:
    """Name cargo, if it is there and starts in this folder."""
    if shutil.which("cargo") is None:
        fail("there is no `cargo` on PATH: install Rust with rustup, then open a new terminal.")
    version = output("cargo", "--version")
    if version is None:
        fail(
            "cargo is here but does not start in this folder: run `rustup toolchain install` in it "
            "(rust-toolchain.toml names the version)."
        )
    return str(version)


def check_linker() -> str:
    """Link a small program."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "main.rs")
        source.write_text("fn main() {}\n", encoding="utf-8")
        if output("rustc", str(source), "-o", str(Path(folder, "main" + SUFFIX))) is None:
            fail(
                "rustc cannot link a program: install a C compiler (Debian: `apt install build-essential`; "
                "macOS: `xcode-select --install`; Windows: the Visual Studio Build Tools with C++)."
            )
    return "a linker"


def check_disk() -> str:
    """Say how much room there is, if it is enough."""
    free = shutil.disk_usage(str(ROOT)).free / 2**30
    if free < DISK:
        fail(f"{free:.1f} GiB are free on this disk, and a full build needs {DISK}: make room.")
    return f"{free:.0f} GiB of disk"


def create_venv() -> str:
    """Return the Python of .venv, made anew if it does not work."""
    python = str(VENV / BIN / ("python" + SUFFIX))
    if output(python, "-c", "import pip") is None:
        shutil.rmtree(str(VENV), ignore_errors=True)
        try:
            subprocess.check_call([sys.executable, "-m", "venv", str(VENV)])
        except subprocess.CalledProcessError:
            fail("`python -m venv` failed: install your system's package for it (Debian: `apt install python3-venv`).")
    return python


def install(python: str) -> None:
    """Install what the lock file names, and gclab itself."""
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    try:
        subprocess.check_call([*pip, "--require-hashes", "-r", str(ROOT / "requirements.txt")])
        subprocess.check_call([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    except subprocess.CalledProcessError:
        fail("pip could not install the locked packages: see its message above; the next `make` goes on from there.")


def main() -> None:
    """Do it all."""
    begin = time.time()
    here = [check_python(), check_rust(), check_linker(), check_disk()]
    print("setup: this machine has", ", ".join(here))
    python = create_venv()
    print("setup: installing the locked packages into .venv (about a minute, once)", flush=True)
    install(python)
    (VENV / "ready").touch()
    print(f"setup: ready after {time.time() - begin:.0f} s")


if __name__ == "__main__":
    main()
