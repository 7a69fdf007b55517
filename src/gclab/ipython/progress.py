"""One line that says how far a long build is."""

from __future__ import annotations

# ruff: noqa: T201 - a door prints
import sys
import time
from typing import TYPE_CHECKING

from IPython.display import clear_output, display

if TYPE_CHECKING:
    from typing_extensions import Self

    from gclab.rust.cargo import Step

_SILENT = 1.0  # seconds before progress is shown


class Progress:
    """One line that says how far a long build is. Nothing of it is left at the end."""

    def __init__(self, *, in_notebook: bool) -> None:
        self._in_notebook = in_notebook
        self._started = time.monotonic()
        self._shown = ""
        self._step: Step | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, step: Step) -> None:
        """Take a step; one without content only lets time pass."""
        if step.total or step.waiting:
            self._step = step
        elapsed = time.monotonic() - self._started
        if self._step is not None and elapsed >= _SILENT:
            self._show(f"{_words(self._step)} ({elapsed:.0f} s)")

    def __exit__(self, *exception: object) -> None:
        if not self._shown:
            return
        if self._in_notebook:
            clear_output()  # type: ignore[no-untyped-call]
        else:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _show(self, text: str) -> None:
        if text == self._shown or not (self._in_notebook or sys.stderr.isatty()):
            return
        self._shown = text
        if self._in_notebook:
            clear_output(wait=True)  # type: ignore[no-untyped-call]
            display({"text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
        else:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _words(step: Step) -> str:
    if step.waiting:
        return "Waiting for another build to finish"
    return f"Compiling {step.crate or 'the cell'}: {step.done} of {step.total}"
