"""What ``--deps`` may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gclab.errors import CellError
from gclab.rust.deps import read_deps

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_are_kept_as_they_are(tmp_path: Path) -> None:
    deps = read_deps(('serde = "1"\nlog = { version = "0.4" }', 'either = "1"'), tmp_path)
    assert deps.lines == ('serde = "1"', 'log = { version = "0.4" }', 'either = "1"')


@pytest.mark.parametrize("text", ["serde", "[profile.dev]", "[patch.crates-io]\nx = 1"])
def test_what_is_no_dependency_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(CellError, match="--deps takes a line"):
        read_deps((text,), tmp_path)


def test_a_relative_path_starts_at_the_working_folder_and_its_files_count(tmp_path: Path) -> None:
    crate = tmp_path / "mine"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_text("[package]")
    given = ('mine = { path = "mine" }',)
    first = read_deps(given, tmp_path)
    assert first.lines == (f"mine = {{ path = '{crate.as_posix()}' }}",)
    (crate / "src" / "lib.rs").write_text("// changed")
    changed = read_deps(given, tmp_path)
    assert changed.digest != first.digest
    (crate / "target").mkdir()
    (crate / "target" / "x.o").write_text("built")
    assert read_deps(given, tmp_path) == changed


def test_a_path_without_a_crate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CellError, match="no crate in 'nowhere'"):
        read_deps(('mine = { path = "nowhere" }',), tmp_path)
