"""The program that draws: DOT source in, a picture out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

from gclab.errors import GraphError

__all__ = ["drawn", "engine"]

_HINT: Final = "Install it with `pip install graphviz-pure`, or set GCLAB_DOT to the path of a `dot` program."


def engine() -> str:
    """Return the path of the program that draws.

    ``GCLAB_DOT`` names it; else it is the ``graphviz-pure`` that pip installed beside this Python, or on ``PATH``.

    Raises:
        GraphError: there is none.

    """
    named = os.environ.get("GCLAB_DOT")
    if named:
        found = shutil.which(named)
        if found is None:
            raise GraphError(f"GCLAB_DOT names {named!r}, which is no program that can be run. {_HINT}")
        return found
    user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent), user, None):
        found = shutil.which("graphviz-pure", path=folder)
        if found:
            return found
    raise GraphError(f"a graph cannot be drawn: the program graphviz-pure is not installed. {_HINT}")


def drawn(dot: str, form: str, *options: str) -> bytes:
    """Return the picture that the drawing program makes of `dot`.

    Args:
        dot: DOT source.
        form: ``"svg"`` or ``"png"``.
        options: more arguments of the program.

    Raises:
        GraphError: the program is missing or failed.

    """
    command = [engine(), "-Kdot", f"-T{form}", *options]
    try:
        done = subprocess.run(command, input=dot.encode(), capture_output=True, check=True, timeout=60)
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip() or f"exit code {failed.returncode}"
        raise GraphError(f"{Path(command[0]).name} could not draw the graph: {said}. {_HINT}") from failed
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise GraphError(f"{Path(command[0]).name} could not be run: {failed}. {_HINT}") from failed
    return done.stdout
