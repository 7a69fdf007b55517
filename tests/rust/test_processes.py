"""Several processes, one cache: they build, load, clean and are killed at once, and nothing breaks."""

from __future__ import annotations

import secrets
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from gclab.rust.contents import read_contents

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.rust.conftest import Child, Compile

CELL = "#[pyo3::pyfunction]\nfn value() -> i32 {{ {} }}\n"


def answers(*processes: subprocess.Popen[str]) -> list[str]:
    """Let processes end, and return the last line of each."""
    found = []
    for process in processes:
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        found.append(out.splitlines()[-1])
    return found


@pytest.fixture
def copied(cache: Path, compile_cell: Compile, tmp_path: Path) -> Path:
    """Copy what is compiled for all cells into a cache that may be spoilt."""
    compile_cell(f"// {secrets.token_hex(8)}\n{CELL.format(1)}", "several")
    (_, used) = max((part.used, part.paths[0]) for part in read_contents(cache) if part.kind == "crates")
    shutil.copytree(used, tmp_path / "cache" / used.relative_to(cache), symlinks=True)
    return tmp_path / "cache"


def test_the_same_and_different_cells_at_once(child: Child, compile_cell: Compile, unique: str) -> None:
    """All start together; the same name with the same text, with another text, and another name."""
    cells = [(1, "several"), (1, "several"), (2, "several"), (3, "other")]
    started = [
        child(
            f"sys.stdin.readline()\nprint(compile_cell({unique + CELL.format(value)!r}, 'at_once_{name}').value())",
        )
        for value, name in cells
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert answers(*started) == ["1", "1", "2", "3"]
    for value, name in cells:
        outcome = compile_cell(unique + CELL.format(value), f"at_once_{name}")
        assert outcome.log == ("the cell is as it was: nothing was built",)
        assert outcome.module is not None
        assert outcome.module.value() == value


def test_killed_at_any_moment_the_next_build_works(child: Child, compile_cell: Compile) -> None:
    """The moments lie all over a build: while files are written, cargo runs, or the library is copied and loaded."""
    for number in range(8):
        text = f"// {secrets.token_hex(8)}\n{CELL.format(number)}"
        process = child(f"print('start', flush=True)\ncompile_cell({text!r}, 'killed')")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.06 * number)
        process.kill()
        process.wait()
        module = compile_cell(text, "killed").module
        assert module is not None
        assert module.value() == number


@pytest.mark.parametrize("offset", [0, 1])
def test_a_slot_that_was_half_removed_works(compile_cell: Compile, cache: Path, unique: str, offset: int) -> None:
    """A process that removes a slot may be killed as well: whatever is left, cargo and rustc make do with it."""
    compile_cell(unique + CELL.format(1), "half")
    (part,) = [part for part in read_contents(cache) if part.key == "half_0"]
    files = [file for path in part.paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    for file in sorted(files)[offset::2]:
        if file.name != "lock":  # goes last
            file.unlink()
    outcome = compile_cell(unique + CELL.format(2), "half")
    assert outcome.module is not None
    assert outcome.module.value() == 2
    assert outcome.diagnostics == ()


EVICT = """
from pathlib import Path
from gclab.rust import evict
from gclab.rust.cache import Cache
evict._EVERY = 0
cache, builds = Cache(Path({!r}), 1), 0
print("evicts", flush=True)
while not Path({!r}).exists():
    builds += evict.keep_below_limit(cache, "").builds
print(builds)
"""
USE = """
print(compile_cell({!r}, {!r}).value(), flush=True)
sys.stdin.readline()
for turn in range(12):
    text = {!r}.format(turn % 4)
    found = compile_cell(text, {!r})
    assert found.value() == turn % 4, (turn, found.value())
print("right")
"""


def test_removing_while_others_build_and_load_takes_nothing_from_them(
    child: Child, copied: Path, tmp_path: Path, unique: str
) -> None:
    """One process removes all that it may, again and again; two others build and load, each turn of four cells."""
    stop = tmp_path / "stop"
    environment = {"GCLAB_CACHE": str(copied), "GCLAB_CACHE_LIMIT": "1G"}
    texts = [(unique + CELL).replace("{}", "{0}") for _ in range(2)]
    users = [
        child(USE.format(CELL.format(9), f"many_{number}", text, f"many_{number}"), **environment)
        for number, text in enumerate(texts)
    ]
    for user in users:
        assert user.stdout is not None
        assert user.stdout.readline() == "9\n"
    evictor = child(EVICT.format(str(copied), str(stop)), **environment)
    assert evictor.stdout is not None
    assert evictor.stdout.readline() == "evicts\n", evictor.communicate()[1]
    ended = child(f"print(compile_cell({CELL.format(5)!r}, 'many_2').value())", **environment)
    assert answers(ended) == ["5"]
    for user in users:
        assert user.stdin is not None
        user.stdin.write("go\n")
        user.stdin.flush()
    assert answers(*users) == ["right", "right"]
    deadline = time.monotonic() + 30
    while [part for part in read_contents(copied) if part.kind in ("build", "slot")] and time.monotonic() < deadline:
        time.sleep(0.1)
    stop.touch()
    # Ten builds: four cells of two users and their first ones, and that of the process that had ended before.
    assert int(answers(evictor)[0]) >= 11
