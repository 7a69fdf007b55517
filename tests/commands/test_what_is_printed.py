"""The command line in the places where it is run: pipes, terminals, scripts that print or fail, an interrupt."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gclab.commands.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "gclab"]
SCRIPT = """
import sibling
print("noise at import")

class Owner:
    def __init__(self, kept):
        self.kept = kept

def make(probe):
    print("noise in the factory")
    return Owner(probe)

def fails():
    raise ValueError("no")

def main():
    print("noise in the workload")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "script.py").write_text(SCRIPT)
    (tmp_path / "inner" / "sibling.py").write_text("")
    (tmp_path / "inner" / "broken.py").write_text("import sibling\n1 / 0\n")
    (tmp_path / "inner" / "exits.py").write_text("raise SystemExit(3)\n")
    return tmp_path


def gclab(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["audit", "inner/script.py:make"], ["watch", "inner/script.py", "--runs", "5"]])
def test_json_is_alone_on_the_output(folder: Path, arguments: list[str]) -> None:
    done = gclab(folder, *arguments, "--json")
    assert isinstance(json.loads(done.stdout), dict)
    assert "noise at import" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["audit", "inner/script.py"],
            "which function of inner/script.py? Name it: gclab audit inner/script.py:FACTORY",
        ),
        (["audit", "inner/script.py:nope"], "It has: Owner, make, fails, main."),
        (["audit", "inner/broken.py:make"], "fails when it is imported: ZeroDivisionError: division by zero (line 2)"),
        (["audit", "inner/exits.py:make"], "fails when it is imported: SystemExit: 3 (line 1)"),
        (["watch", "inner/script.py:fails"], "fails when it is run: ValueError: no (line 14)"),
        (["watch", "inner/script.py", "--runs", "2"], "argument --runs: at least 5 runs are needed"),
        (["graph", "1 +"], "'1 +' gives no object: SyntaxError"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_a_mistake_is_said_without_a_traceback(folder: Path, arguments: list[str], says: str) -> None:
    done = gclab(folder, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["graph", "[[]]"], ["audit", "json"], ["doctor", "--json"]])
def test_a_pipe_that_is_closed_early_is_no_error(folder: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=folder, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert done.stderr == ""
    assert done.returncode == 141 or (done.returncode == 0 and "--help" in arguments)  # some versions of argparse care


def test_a_narrow_encoding_stops_nothing(folder: Path) -> None:
    done = gclab(folder, "graph", "['é', ['×']]", "--save", "é.svg", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "\\xe9.svg" in done.stdout


def test_the_working_folder_is_searched_by_the_installed_program_too(folder: Path) -> None:
    """`python -m gclab` has it on the path by itself, the program `gclab` has not."""
    code = "import sys; sys.path.remove(''); from gclab.commands.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "graph", "sibling.__name__"],
        cwd=folder / "inner", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(
    variables: dict[str, str], coloured: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert ("\x1b" in Terminal(json=False).painted("x", "good")) is coloured


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo terminals")
def test_progress_shows_on_a_terminal_and_is_gone_at_the_end() -> None:
    """It is what the last line holds until the result takes its place."""
    shown, done = _on_a_terminal(["audit", "rpds"])
    assert done == 1
    assert "\r\x1b[Kauditing rpds.List ...\r\x1b[K" in shown
    assert "\x1b[31mleaks          rpds.List\x1b[0m" in shown
    assert shown.rindex("...\r\x1b[K") < shown.index("Looked at rpds")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals like these")
def test_an_interrupt_ends_the_command_and_its_children() -> None:
    process = subprocess.Popen(
        [*COMMAND, "audit", "rpds"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said == "gclab: interrupted\n"


def _on_a_terminal(arguments: list[str]) -> tuple[str, int]:
    """Run a command on a pseudo terminal; return what it wrote there, with its exit code."""
    ours, its = os.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    process = subprocess.Popen([*COMMAND, *arguments], stdout=its, stderr=its, env=environment)
    os.close(its)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return shown.decode(), process.wait()
