"""rustc is asked for its version once, and again when something that decides it changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gclab.errors import MachineError
from gclab.rust import toolchain
from gclab.rust.toolchain import find_toolchain

OLD = (1, 85)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Count how often rustc is started."""
    calls: list[object] = []
    real = subprocess.run

    def run(*given: object, **named: object) -> object:
        calls.append(given)
        return real(*given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def test_the_second_time_nothing_is_started(tmp_path: Path, asked: list[object]) -> None:
    first = find_toolchain(tmp_path, OLD)
    assert first.version.startswith("rustc 1.")
    assert find_toolchain(tmp_path, OLD) == first
    assert len(asked) == 1


def test_a_toolchain_file_above_the_working_folder_counts(
    tmp_path: Path, asked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "project" / "notebooks"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    channel = toolchain.find_toolchain(tmp_path, OLD).version.split()[1]
    monkeypatch.setenv("RUSTUP_TOOLCHAIN", os.environ.get("RUSTUP_TOOLCHAIN", "1.95.0"))
    find_toolchain(tmp_path, OLD)
    (tmp_path / "project" / "rust-toolchain.toml").write_text(f'[toolchain]\nchannel = "{channel}"\n')
    find_toolchain(tmp_path, OLD)
    assert len(asked) == 3


def test_flags_of_the_user_make_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plain = find_toolchain(tmp_path, OLD).settings
    monkeypatch.setenv("RUSTFLAGS", "-Copt-level=1")
    flags = find_toolchain(tmp_path, OLD).settings
    (tmp_path / ".cargo").mkdir()
    (tmp_path / ".cargo" / "config.toml").write_text("[build]\njobs = 1\n")
    both = find_toolchain(tmp_path, OLD).settings
    assert len({plain, flags, both}) == 3


def test_cargo_is_found_where_rustup_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that was started from a menu often has a short PATH."""
    cargo = Path(toolchain.find_program("cargo"))
    home = tmp_path / "bin"
    home.mkdir()
    (home / cargo.name).symlink_to(cargo)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path))
    assert toolchain.find_program("cargo") == str(home / cargo.name)


def test_no_rust_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path))
    with pytest.raises(MachineError, match=r"Install Rust from https://rustup\.rs"):
        find_toolchain(tmp_path, OLD)


def test_rust_that_is_too_old(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"too old.*need 9\.99 or later.*rustup update"):
        find_toolchain(tmp_path, (9, 99))


needs_rustup = pytest.mark.skipif(shutil.which("rustup") is None, reason="only rustup reads toolchain files")


@needs_rustup
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("channel = [", "could not parse override file: 'rust-toolchain.toml'.*Correct that file, or remove it."),
        ('[toolchain]\nchannel = "1.1.0"\n', "toolchain '1.1.0-.*' is not installed. Run `rustup toolchain install`"),
    ],
)
def test_a_broken_toolchain_file(content: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUSTUP_AUTO_INSTALL", "0")
    monkeypatch.delenv("RUSTUP_TOOLCHAIN", raising=False)
    (tmp_path / "rust-toolchain.toml").write_text(content)
    with pytest.raises(MachineError, match=message) as caught:
        find_toolchain(tmp_path, OLD)
    assert str(tmp_path) not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for rustc is a shell script")
def test_an_updated_compiler_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rustc = tmp_path / "rustc"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    for release in ("1.90.0", "1.91.1"):
        rustc.write_text(f"#!/bin/sh\necho 'release: {release}'\n")
        rustc.chmod(0o755)
        os.utime(rustc, (int(release[2:4]),) * 2)
        assert find_toolchain(tmp_path / "cache", OLD).version == f"release: {release}\n"
