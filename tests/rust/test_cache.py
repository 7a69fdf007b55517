"""Entries, keys, slots and the crates' sources."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from gclab.errors import MachineError
from gclab.rust import cache as caches
from gclab.rust import locks, slots
from gclab.rust.cache import Cache, make_key, open_cache
from gclab.rust.diagnostics import Diagnostic
from gclab.rust.slots import hold_slot
from gclab.rust.sources import find_sources

if TYPE_CHECKING:
    from tests.rust.conftest import Child

KEY = make_key("node", {"the cell": "a", "--release": "b"})
SAID = (Diagnostic("warning", "", "text", "text", 0, placed=True),)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("GCLAB_CACHE", str(tmp_path / "cache"))
    return open_cache()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "libx.so"
    path.write_bytes(b"code")
    return path


def test_an_entry_comes_back_as_it_was_stored(own: Cache, library: Path) -> None:
    assert own.lookup(KEY) is None
    stored = own.store(KEY, SAID, library)
    assert own.lookup(KEY) == stored
    assert stored.library is not None
    assert stored.library.read_bytes() == b"code"
    assert stored.library.name == f"node-{KEY.digest}{EXTENSION_SUFFIXES[-1]}"


def test_a_cell_that_does_not_compile_has_an_entry_without_a_library(own: Cache) -> None:
    own.store(KEY, SAID, None)
    entry = own.lookup(KEY)
    assert entry is not None
    assert entry.library is None


def test_a_path_is_never_used_twice(own: Cache, library: Path) -> None:
    first, second = own.store(KEY, (), library), own.store(KEY, (), library)
    assert first.library != second.library
    assert own.lookup(KEY) == second


def test_an_entry_whose_library_is_gone_counts_as_not_built(own: Cache, library: Path) -> None:
    stored = own.store(KEY, (), library)
    assert stored.library is not None
    stored.library.unlink()
    assert own.lookup(KEY) is None
    assert own.reason(KEY) == "the earlier build is gone"


def test_the_reason_names_what_changed(own: Cache) -> None:
    assert own.reason(KEY) == "node was not built before"
    own.store(KEY, (), None)
    assert own.reason(make_key("node", {"the cell": "a", "--release": "c"})) == "changed: --release"


def test_each_part_decides_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = [
        make_key("node", {"the cell": "a"}).digest,
        make_key("node", {"the cell": "b"}).digest,
        make_key("other", {"the cell": "a"}).digest,
        make_key("node", {"another part": "a"}).digest,
    ]
    monkeypatch.setattr(caches, "ABI", "other")
    digests.append(make_key("node", {"the cell": "a"}).digest)
    assert len(set(digests)) == 5


def test_nothing_half_written_is_left(own: Cache, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of a copy leaves no file that could be loaded."""

    def fill(_: Path, path: Path) -> None:
        path.write_bytes(b"co")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", fill)
    with pytest.raises(OSError, match="No space"):
        own.store(KEY, (), library)
    assert list((own.folder / "modules").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "limit"),
    [("", 2 * 10**9), ("500M", 500 * 10**6), ("1.5 gb", 15 * 10**8), ("20000", 20_000), ("3KB", 3000)],
)
def test_the_limit_is_a_size(own: Cache, monkeypatch: pytest.MonkeyPatch, text: str, limit: int) -> None:
    assert own.limit == 2 * 10**9
    monkeypatch.setenv("GCLAB_CACHE_LIMIT", text)
    assert open_cache().limit == limit


@pytest.mark.parametrize("text", ["much", "-1", "0", "2 X", "1e9", "M"])
def test_a_limit_that_is_no_size_is_an_error(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCLAB_CACHE_LIMIT", text)
    with pytest.raises(MachineError, match=f"GCLAB_CACHE_LIMIT is {text!r}, which is not a size. Write one such as"):
        open_cache()


def test_a_build_that_is_used_counts_as_recent(own: Cache, library: Path) -> None:
    own.store(KEY, (), library)
    record = next(own.folder.glob("modules/*.json"))
    os.utime(record, (1, 1))
    own.lookup(KEY)
    assert record.stat().st_mtime > 1


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "{0}/gclab"),
        ("linux", None, "~/.cache/gclab"),
        ("darwin", None, "~/Library/Caches/gclab"),
        ("win32", "LOCALAPPDATA", "{0}/gclab/cache"),
    ],
)
def test_the_folder_is_the_platforms(
    platform: str, variable: str | None, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("GCLAB_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert open_cache().folder == Path(expected.format(tmp_path)).expanduser()


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GCLAB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(MachineError, match=r"cannot be written .*GCLAB_CACHE"):
        open_cache()


def test_a_slot_is_kept_by_its_process_and_free_after_it(tmp_path: Path, child: Child) -> None:
    code = f"""
from pathlib import Path
from gclab.rust.slots import hold_slot
print(hold_slot(Path({str(tmp_path)!r}), "node").crate, flush=True)
sys.stdin.readline()
"""
    first = child(code)
    assert first.stdout is not None
    assert first.stdout.readline() == "gclab_node_0\n"
    second = child(code)
    assert second.stdout is not None
    assert second.stdout.readline() == "gclab_node_1\n"
    first.kill()
    first.wait()
    assert hold_slot(tmp_path, "node").crate == "gclab_node_0"
    assert hold_slot(tmp_path, "node").crate == "gclab_node_0"


def test_a_slot_that_is_removed_while_it_is_taken_is_taken_anew(
    tmp_path: Path, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock on a file that has no name any more would keep nobody away."""
    real = locks.try_lock

    def too_late(lock: IO[str]) -> bool:
        monkeypatch.setattr(slots, "try_lock", real)
        shutil.rmtree(tmp_path / "node_0")
        return real(lock)

    monkeypatch.setattr(slots, "try_lock", too_late)
    assert hold_slot(tmp_path, "node").crate == "gclab_node_0"
    code = f"""
from pathlib import Path
from gclab.rust.slots import hold_slot
print(hold_slot(Path({str(tmp_path)!r}), "node").crate)
"""
    assert child(code).communicate() == ("gclab_node_1\n", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this platform")
def test_a_forked_child_does_not_share_a_slot(tmp_path: Path, child: Child) -> None:
    code = f"""
import os
from pathlib import Path
from gclab.rust.slots import hold_slot
print(hold_slot(Path({str(tmp_path)!r}), "node").crate, flush=True)
if os.fork() == 0:
    print(hold_slot(Path({str(tmp_path)!r}), "node").crate, flush=True)
    os._exit(0)
os.wait()
"""
    out, err = child(code).communicate()
    assert (out, err) == ("gclab_node_0\ngclab_node_1\n", "")


def test_an_installed_package_uses_the_crates_that_it_carries(installed: Path) -> None:
    found, here = find_sources(installed), find_sources()
    assert found.root == installed / "_rust"
    assert dataclasses.replace(found, root=here.root) == here


def test_an_edited_crate_is_noticed(installed: Path) -> None:
    before = find_sources(installed)
    source = installed / "_rust" / "crates" / "pyo3-gc" / "src" / "lib.rs"
    source.write_text(source.read_text() + "// edited\n")
    assert find_sources(installed).digest != before.digest


def test_a_package_without_its_crates(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="Install gclab again"):
        find_sources(tmp_path / "gclab")


def test_versions_are_those_of_the_lock_file() -> None:
    sources = find_sources()
    assert f'name = "pyo3"\nversion = "{sources.pyo3}"' in sources.lock
