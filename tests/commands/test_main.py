"""The command line as a user meets it: what it prints, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gclab.commands import doctor
from gclab.commands.main import main
from gclab.errors import MachineError

OWNERS = Path(__file__).parents[1] / "leaks"
FACTORIES = f"""
import sys
sys.path.insert(0, {str(OWNERS)!r})
from owners import Doubled, Owner, Unreported

def right(probe):
    return Owner(probe)

def leaks(probe):
    return Unreported(probe)

def nothing(probe):
    return None

def crash(probe):
    import os
    os.abort()

class Editor:
    pass

def main():
    editor = Editor()
    editor.session = Unreported(editor)

def clean():
    editor = Editor()
    editor.session = Owner(editor)
"""


@pytest.fixture
def factories(tmp_path: Path) -> Path:
    path = tmp_path / "factories.py"
    path.write_text(FACTORIES)
    return path


def gclab(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gclab", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(("name", "code"), [("right", 0), ("leaks", 1), ("crash", 2), ("nothing", 2)])
def test_the_exit_code_tells_the_verdict(factories: Path, name: str, code: int) -> None:
    assert main(["audit", f"{factories}:{name}"]) == code


def test_a_factory_is_explained(factories: Path) -> None:
    found = gclab("audit", f"{factories}:leaks")
    assert found.stdout.startswith("leaks: Unreported: a cycle through it is never collected\n")
    assert "Probe --owner--> Unreported ..not reported..> Probe" in found.stdout
    assert "\x1b" not in found.stdout
    assert found.stderr == ""


def test_findings_as_json(factories: Path) -> None:
    found = json.loads(gclab("audit", "--json", f"{factories}:leaks").stdout)
    assert found["verdict"] == "leaks"
    assert found["evidence"]["hidden"] == [{"type_name": "Probe", "references": 1, "reported": 0}]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("missing.py:factory", "there is no file missing.py"),
        ("{factories}:nope", "has no function 'nope'"),
        ("no_such_module", "No module named 'no_such_module'"),
    ],
)
def test_what_cannot_be_looked_at_is_said(factories: Path, target: str, says: str) -> None:
    found = gclab("audit", target.format(factories=factories))
    assert found.returncode == 2
    assert says in found.stderr
    assert found.stderr.startswith("gclab audit: ")
    assert "Traceback" not in found.stderr


def test_watch_names_what_grows(factories: Path) -> None:
    found = gclab("watch", str(factories), "--runs", "6")
    assert found.returncode == 1
    assert "factories.Editor: +1 per run, in 6 of 6 runs" in found.stdout
    found = gclab("watch", f"{factories}:clean", "--json")
    assert found.returncode == 0
    assert json.loads(found.stdout)["suspects"] == []


def test_graph_writes_text_or_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "collections.OrderedDict(a=[1])"]) == 0
    assert "n0 OrderedDict 1 item --['a']--> n1 list 1 item" in capsys.readouterr().out
    picture = tmp_path / "picture.svg"
    assert main(["graph", "[[]]", "--save", str(picture)]) == 0
    assert picture.read_text().startswith("<?xml")
    assert main(["graph", "no_such_name"]) == 2
    assert "no such module" in capsys.readouterr().err


def test_doctor_finds_nothing_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "ok   Python", "ok   Rust", "ok   linker", "ok   pictures", "ok   cache",
    ]  # fmt: skip


def test_doctor_names_what_is_missing_and_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(*_: object) -> None:
        raise MachineError("Rust is not installed. Install it.")

    monkeypatch.setattr(doctor, "find_toolchain", missing)
    monkeypatch.setenv("GCLAB_DOT", "no-such-program")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "FAIL Rust: Rust is not installed. Install it." in out
    assert "FAIL pictures: GCLAB_DOT names 'no-such-program'" in out


def test_doctor_links_for_real(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER", "")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    main(["doctor"])
    assert "FAIL linker" in capsys.readouterr().out


@pytest.mark.parametrize("command", [[], ["audit"], ["watch"], ["graph"], ["doctor"]])
def test_help_has_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    if command:
        assert f"gclab {command[0]}" in capsys.readouterr().out.split("Examples:")[1]
