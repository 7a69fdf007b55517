"""The extension module that the benchmarks measure: where it is built, and how."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "pyo3_gc_bench"


def environment() -> dict[str, str]:
    """Return the environment in which cargo builds an extension module for this Python, without maturin."""
    return {**os.environ, "PYO3_PYTHON": sys.executable, "PYO3_BUILD_EXTENSION_MODULE": "1"}


def cargo(*arguments: str, folder: Path = ROOT) -> None:
    """Run cargo; what it says appears only if it fails, and then this program ends."""
    command = ["cargo", *arguments]
    try:
        ran = subprocess.run(command, cwd=folder, env=environment(), check=False, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit("no cargo here: install Rust from https://rustup.rs")
    if ran.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{ran.stderr}")


def build(folder: Path) -> Path:
    """Build the module for release and put it into a folder from which Python can import it."""
    target = ROOT / "target" / "bench"
    cargo("build", "--release", "--locked", "-p", "pyo3-gc-bench", "--target-dir", str(target))
    module = folder / f"{NAME}{sysconfig.get_config_var('EXT_SUFFIX')}"
    shutil.copy(target / "release" / f"lib{NAME}.so", module)
    return module
