"""The one file that runs rustfmt."""

from __future__ import annotations

import subprocess

from gclab.errors import MachineError
from gclab.rust.toolchain import find_program


def format_rust(source: str) -> str:
    """Return Rust source as rustfmt writes it, or as it is where rustfmt is not installed or refuses it."""
    try:
        command = [find_program("rustfmt"), "--edition", "2024"]
        done = subprocess.run(command, input=source, capture_output=True, text=True, encoding="utf-8", check=False)
    except (MachineError, OSError):
        return source
    return done.stdout if done.returncode == 0 else source
