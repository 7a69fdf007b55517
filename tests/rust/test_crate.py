"""What a saved crate takes from other folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gclab.errors import CellError
from gclab.rust.cell import read_cell
from gclab.rust.crate import crate_files
from gclab.rust.deps import read_deps
from gclab.rust.sources import find_sources

if TYPE_CHECKING:
    from pathlib import Path


def test_an_installed_package_saves_the_same_files(installed: Path) -> None:
    cell, deps = read_cell("", "m", ""), read_deps((), installed)
    assert crate_files(cell, (), deps, find_sources(installed)) == crate_files(cell, (), deps, find_sources())


def test_crates_of_one_folder_name_get_places_of_their_own(tmp_path: Path) -> None:
    """``gclab`` is the folder of the crates that every saved cell carries."""
    folders = [tmp_path / parent / name for parent in ("a", "b") for name in ("gclab", "helper")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "Cargo.toml").write_text("[package]\n")
    given = tuple(f"{folder.parent.name}{folder.name} = {{ path = '{folder.as_posix()}' }}" for folder in folders)
    made = crate_files(read_cell("", "m", ""), (), read_deps(given, tmp_path), find_sources())
    places = {name.split("/")[1] for name in made if name.startswith("vendor/")}
    assert places == {"gclab", "gclab-2", "gclab-3", "helper", "helper-2"}
    assert all(f"path = 'vendor/{place}'" in made["Cargo.toml"].decode() for place in places - {"gclab"})


@pytest.mark.parametrize(
    ("more", "what"),
    [('[dependencies]\nother.path = "../other"\n', "'../other'"), ("[lints]\nworkspace = true\n", "its workspace")],
)
def test_a_crate_that_cannot_be_copied_alone_is_refused(tmp_path: Path, more: str, what: str) -> None:
    """It compiles where it is, because what it needs is beside it."""
    (tmp_path / "helper").mkdir()
    (tmp_path / "helper" / "Cargo.toml").write_text(f'[package]\nname = "helper"\n{more}')
    deps = read_deps(('helper = { path = "helper" }',), tmp_path)
    with pytest.raises(CellError, match=f"the crate in 'helper' cannot be copied alone.*needs .*{what}"):
        crate_files(read_cell("", "m", ""), (), deps, find_sources())


def test_a_crate_that_is_a_workspace_of_its_own_is_copied(tmp_path: Path) -> None:
    (tmp_path / "helper" / "part").mkdir(parents=True)
    manifest = "[workspace]\n[package]\nedition.workspace = true\n[dependencies]\npart.path = 'part'\n"
    (tmp_path / "helper" / "Cargo.toml").write_text(manifest)
    deps = read_deps(('helper = { path = "helper" }',), tmp_path)
    made = crate_files(read_cell("", "m", ""), (), deps, find_sources())
    assert made["vendor/helper/Cargo.toml"].decode() == manifest
