"""The line that says how far a build is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gclab.ipython.progress import Progress
from gclab.rust.cargo import Step

if TYPE_CHECKING:
    import pytest


def test_progress_in_a_terminal_is_one_line_that_goes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.5, 1.5, 1.6, 2.5])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Progress(in_notebook=False) as progress:
        progress(Step(1, 20, "libc"))
        progress(Step(2, 20, "syn"))
        progress(Step())
        progress(Step(waiting=True))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == ("\r\x1b[KCompiling syn: 2 of 20 (2 s)\r\x1b[KWaiting for another build to finish (2 s)\r\x1b[K")


def test_progress_is_not_written_to_a_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 5.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    with Progress(in_notebook=False) as progress:
        progress(Step(1, 20, "libc"))
    assert capsys.readouterr() == ("", "")
