"""What a command prints: text for people, with colour on a terminal, or JSON for programs."""

from __future__ import annotations

import json as jsons
import os
import sys
import time

__all__ = ["Terminal"]

_COLOURS = {"good": "32", "bad": "31", "doubt": "33"}
_SILENT = 1.0  # seconds before progress is shown


class Terminal:
    """Writes results to standard output, and progress to standard error if that is a terminal.

    Args:
        json: whether results are written as JSON, one object for the whole command.

    """

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self._started = time.monotonic()
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and not json
        self._progress = False

    def progress(self, text: str) -> None:
        """Show what is done at the moment, on one line that the next output removes."""
        if sys.stderr.isatty() and time.monotonic() - self._started >= _SILENT:
            sys.stderr.write(f"\r\x1b[K{text} ...")
            sys.stderr.flush()
            self._progress = True

    def say(self, text: str = "", kind: str = "") -> None:
        """Write a line for people; nothing where JSON is wanted."""
        self._clear()
        if not self.json:
            sys.stdout.write(f"{self.painted(text, kind)}\n")

    def painted(self, text: str, kind: str) -> str:
        """Return `text` in the colour of ``good``, ``bad`` or ``doubt``."""
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self._colour and kind else text

    def result(self, found: object) -> None:
        """Write the whole result for programs; nothing where text is wanted."""
        self._clear()
        if self.json:
            sys.stdout.write(jsons.dumps(found, indent=2) + "\n")

    def _clear(self) -> None:
        if self._progress:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._progress = False
