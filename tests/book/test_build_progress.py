"""Who waits for `make book` sees what it does, and what took how long."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tools import build_book

if TYPE_CHECKING:
    from pathlib import Path

BUILD = f"""#!{sys.executable}
import time

def say(page, what):
    print(f"{build_book.ROOT}/book/{{page}}.md: {{what}} [mystnb]", flush=True)

say("quick", "Executing notebook using local CWD")
say("quick", "Executed notebook in 0.25 seconds")
say("slow", "Executing notebook using local CWD")
time.sleep(1)
say("slow", "Executed notebook in 1.00 seconds")
say("slow", "WARNING: the picture has no caption")
raise SystemExit(3)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the script that plays the build starts by its first line")
def test_a_slow_page_is_named_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "jupyter-book"
    program.write_text(BUILD, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(build_book, "QUIET", 0.3)
    status, problems = build_book.build(str(program))
    assert (status, problems) == (3, ["book/slow.md: WARNING: the picture has no caption [mystnb]"])
    printed = capsys.readouterr().out
    begun, _, rest = printed.partition("slow.md: Executing")
    waiting, _, after = rest.partition("slow.md: Executed")
    assert "... book/slow.md has been running for" in waiting
    assert "has been running" not in begun + after
    assert after.endswith("The pages that ran:\n   0.2 s  book/quick.md\n   1.0 s  book/slow.md\n")
