"""What the tests of builds share: a cell compiled here or in another process, and the layout of a wheel."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from gclab.rust.build import Outcome, build
from gclab.rust.cell import Options
from gclab.rust.sources import find_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gclab.rust.cargo import Step

ROOT = Path(__file__).parents[2]


class Compile(Protocol):
    def __call__(self, text: str, name: str | None = None, **options: object) -> Outcome: ...


class Child(Protocol):
    def __call__(self, code: str, **environment: str) -> subprocess.Popen[str]: ...


@pytest.fixture(autouse=True)
def _here(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Let every test have the environment of the run, without the user's settings for rustc."""
    monkeypatch.delenv("RUSTFLAGS", raising=False)


@pytest.fixture
def steps() -> list[Step]:
    return []


@pytest.fixture
def compile_cell(steps: list[Step]) -> Compile:
    def run(text: str, name: str | None = None, **options: object) -> Outcome:
        return build(text, Options(name, **options), "cell_1", steps.append)  # type: ignore[arg-type]

    return run


@pytest.fixture
def unique() -> str:
    """Return a comment that no cell had before, so that the cache knows nothing of it."""
    return f"// {secrets.token_hex(8)}\n"


@pytest.fixture
def no_cargo(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("cargo was started")

    monkeypatch.setattr("gclab.rust.cargo.run_cargo", refuse)


@pytest.fixture
def child() -> Iterator[Child]:
    """Start a Python process that has ``compile_cell(text, name)``; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _CHILD + code],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Lay the crates out as a wheel does, in the folder of a package."""
    root, package = find_sources().root, tmp_path / "gclab"
    for name in ("pyo3-gc", "pyo3-gc-macros"):
        shutil.copytree(root / "crates" / name / "src", package / "_rust" / "crates" / name / "src")
        shutil.copy(root / "crates" / name / "Cargo.toml", package / "_rust" / "crates" / name)
    for name in ("Cargo.toml", "Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT"):
        shutil.copy(root / name, package / "_rust" / name)
    return package


_CHILD = """
import sys
from gclab.rust.build import build
from gclab.rust.cell import Options

def say(step):
    print("waiting" if step.waiting else f"at {step.crate}" if step.total else "", flush=True)

def compile_cell(text, name, report=lambda step: None, **options):
    return build(text, Options(name, **options), "cell_1", report).module
"""
