"""The size of the cache: what is counted, what goes first, and what never goes."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from gclab.rust import claims
from gclab.rust.cache import Cache, Key, make_key
from gclab.rust.contents import read_contents
from gclab.rust.evict import Removed, clean, keep_below_limit
from gclab.rust.slots import hold_slot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rust.conftest import Child

KB = 1 << 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty cache."""
    for name in ("modules", "slots"):
        (tmp_path / name).mkdir()
    return tmp_path


def write(path: Path, age: int) -> Path:
    """Write a file of 100 kB that was used some seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * (100 * KB))
    os.utime(path, (time.time() - age,) * 2)
    return path


def build(folder: Path, name: str, age: int) -> Key:
    key = make_key(name, {})
    for suffix in (".so", ".json"):
        write(folder / "modules" / f"{name}-{key.digest}{suffix}", age)
    return key


def slot(folder: Path, name: str, age: int, target: str = "python-1") -> list[Path]:
    """Write what a build leaves of the slot 0, in the folder of the crate and in cargo's."""
    built = folder / "target" / target / "debug"
    return [
        write(folder / "slots" / f"{name}_0" / f"{name}.rs", age),
        write(built / "incremental" / f"gclab_{name}_0-1a2b" / "s" / "work.o", age),
        write(built / ".fingerprint" / f"gclab_{name}_0-3c4d" / "lib", age),
        write(built / "deps" / f"libgclab_{name}_0.so", age),
        write(built / "deps" / f"gclab_{name}_0.x.rcgu.o", age),
        write(built / f"libgclab_{name}_0.d", age),
    ]


def crates(folder: Path, age: int, target: str = "python-1") -> Path:
    path = write(folder / "target" / target / "debug" / "deps" / "libsyn.rlib", age)
    os.utime(path.parent, (time.time() - age,) * 2)
    return path


def keep(folder: Path, limit: int, slot: str = "") -> Removed:
    (folder / "measured").unlink(missing_ok=True)
    return keep_below_limit(Cache(folder, limit * KB), slot)


def exists(folder: Path, key: Key) -> bool:
    return bool(list((folder / "modules").glob(f"{key.name}-{key.digest}*")))


def test_everything_is_counted_once_under_what_it_belongs_to(folder: Path) -> None:
    build(folder, "a", 1)
    paths = slot(folder, "a_1", 1)
    os.link(paths[3], folder / "target" / "python-1" / "debug" / "libgclab_a_1_0.so")
    crates(folder, 1)
    parts = {part.kind: part for part in read_contents(folder)}
    assert {kind: (part.name, round(part.size / KB, -2)) for kind, part in parts.items()} == {
        "build": ("a", 200),
        "slot": ("a_1", 600),
        "crates": ("", 100),
    }


def test_below_the_limit_nothing_is_removed(folder: Path) -> None:
    key = build(folder, "a", 99)
    assert keep(folder, 1000) == Removed()
    assert exists(folder, key)


def test_what_was_not_used_for_longest_goes_first_until_there_is_room(folder: Path) -> None:
    """Libraries and what cargo keeps for cells go in one order; a tenth of the limit is freed in advance."""
    oldest, old, new = build(folder, "oldest", 50), slot(folder, "old", 40), build(folder, "new", 30)
    newest = build(folder, "newest", 1)
    removed = keep(folder, 1000)
    assert (removed.builds, round(removed.size / KB, -2)) == (1, 800)
    assert not exists(folder, oldest)
    assert not any(path.exists() for path in old)
    assert not (folder / "slots" / "old_0").exists()
    assert exists(folder, new)
    assert exists(folder, newest)


def test_the_size_is_looked_at_once_a_minute(folder: Path) -> None:
    keep(folder, 1000)
    key = build(folder, "a", 99)
    assert keep_below_limit(Cache(folder, 1), "") == Removed()
    os.utime(folder / "measured", (time.time() - 61,) * 2)
    assert keep_below_limit(Cache(folder, 1), "").builds == 1
    assert not exists(folder, key)


def test_the_slot_just_built_in_stays_and_other_slots_of_this_process_go(folder: Path) -> None:
    """A notebook with many cells would else hold all of them until its kernel ends."""
    for name in ("a", "b"):
        hold_slot(folder / "slots", name)
    first, second = slot(folder, "a", 9), slot(folder, "b", 99)
    claims.claim(folder, "python-1")
    keep(folder, 1, slot="b_0")
    assert not any(path.exists() for path in first)
    assert all(path.exists() for path in second)
    assert hold_slot(folder / "slots", "a").crate == "gclab_a_0"


def test_compiled_crates_go_only_when_nothing_else_helps(folder: Path) -> None:
    """And those that this process builds with not even then."""
    key, other = build(folder, "a", 1), crates(folder, 999, "python-2")
    own = crates(folder, 9999, "python-1")
    claims.claim(folder, "python-1")
    keep(folder, 250)
    assert not exists(folder, key)
    assert other.exists()
    keep(folder, 110)
    assert not other.exists()
    assert own.exists()
    assert not list(folder.glob("removed-*"))


def test_what_a_killed_process_left_goes_first(folder: Path) -> None:
    """What is younger than an hour may still be written."""
    left = write(folder / "modules" / ".a-12.so.77.ab", 4000)
    half = write(folder / "removed-12" / "x", 1)
    os.utime(half.parent, (1, 1))
    fresh = write(folder / "modules" / ".b-12.so.78.ab", 10)
    key = build(folder, "a", 9999)
    keep(folder, 300)
    assert exists(folder, key)
    assert (left.exists(), half.exists(), fresh.exists()) == (False, False, True)


HOLD = """
from pathlib import Path
from gclab.rust.cache import Cache, make_key
from gclab.rust.claims import claim
from gclab.rust.slots import hold_slot
folder = Path({!r})
claim(folder, make_key("a", {{}}).digest, "python-2")
hold_slot(folder / "slots", "a")
print("held", flush=True)
sys.stdin.readline()
"""


def test_nothing_that_another_process_uses_is_removed_and_all_of_it_when_that_ends(folder: Path, child: Child) -> None:
    """Neither its builds, nor the folders that it builds in; and also when it is killed they are free."""
    key, other = build(folder, "a", 999), crates(folder, 999, "python-2")
    paths = slot(folder, "a", 999, "python-2")
    process = child(HOLD.format(str(folder)))
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    used = [*paths, other, *(folder / "modules").iterdir()]
    for removed in (keep(folder, 1), clean(Cache(folder), None), clean(Cache(folder), "a")):
        assert removed.used == 1
        assert all(path.exists() for path in used)
    process.kill()
    process.wait()
    keep(folder, 1)
    assert not exists(folder, key)
    assert not any(path.exists() for path in used)
    assert list((folder / "users").iterdir()) == []


def test_cleaning_one_name_leaves_the_others_and_the_compiled_crates(folder: Path) -> None:
    """What this process itself has loaded goes too: the module stays in memory."""
    key, other, own = build(folder, "a", 1), build(folder, "a_b", 1), crates(folder, 1)
    paths, others = slot(folder, "a", 1), slot(folder, "a_b", 1)
    last = write(folder / "slots" / "a.json", 1)
    claims.claim(folder, key.digest)
    removed = clean(Cache(folder), "a")
    assert (removed.builds, removed.used) == (1, 0)
    assert not exists(folder, key)
    assert not any(path.exists() for path in [*paths, last])
    assert exists(folder, other)
    assert all(path.exists() for path in [*others, own])
    assert clean(Cache(folder), None).builds == 1
    assert own.exists()
    assert not any(path.exists() for path in others)


def test_a_claim_of_a_forked_child_keeps_what_its_parent_uses(folder: Path, child: Child) -> None:
    """Both share one open file; it is free when both have ended."""
    key = build(folder, "a", 999)
    code = HOLD.replace('print("held"', 'import os\nif os.fork():\n    os._exit(0)\nprint("held"')
    process = child(code.format(str(folder)))
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.wait()
    assert keep(folder, 1).used == 1
    assert exists(folder, key)
    assert process.stdin is not None
    process.stdin.close()
    assert process.stdout.read() == ""
    keep(folder, 1)
    assert not exists(folder, key)
