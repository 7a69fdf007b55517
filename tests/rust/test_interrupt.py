"""Builds that are stopped, killed, or run at the same time leave a cache that works."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.rust.conftest import Child, Compile

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

# A constant that takes rustc a second for each million steps: long enough to be stopped in the middle.
SLOW = """
const fn spin(n: u64) -> u64 { let mut i = 0; let mut x = 0; while i < n { x ^= i; i += 1; } x }
#[allow(long_running_const_eval)]
const X: u64 = spin(STEPS);
#[pyo3::pyfunction]
fn f() -> u64 { X }
"""
QUICK = SLOW.replace("STEPS", "2")


def slower(millions: int) -> str:
    """Return a cell whose constant no build has seen: rustc's incremental cache keeps constants as well."""
    return SLOW.replace("STEPS", str(millions * 1_000_000 + 4 * secrets.randbelow(10_000) + 2))


def until_rustc_runs(process: subprocess.Popen[str], crate: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line == f"at {crate}\n":
            return
    pytest.fail(f"the build ended: {process.communicate()[1]}")


def programs_with(argument: str) -> list[str]:
    """Return the command lines of running programs that have an argument."""
    found = []
    for path in os.scandir("/proc"):
        if path.name.isdigit():
            try:
                with open(f"/proc/{path.name}/cmdline", "rb") as file:  # noqa: PTH123
                    line = file.read().decode(errors="replace")
            except OSError:
                continue
            if argument in line.split("\0"):
                found.append(line)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="running programs are read from /proc")
def test_ctrl_c_ends_cargo_and_the_compiler(child: Child, compile_cell: Compile, unique: str) -> None:
    """KeyboardInterrupt reaches the user, nothing goes on in the background, and the next build works."""
    process = child(
        f"""
try:
    compile_cell({unique + slower(60)!r}, "stop_a", say)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    print(compile_cell({unique + QUICK!r}, "stop_a").f())
"""
    )
    until_rustc_runs(process, "gclab_stop_a_0")
    time.sleep(0.5)
    assert programs_with("gclab_stop_a_0"), "rustc is at work"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert out.splitlines()[-2:] == ["interrupted", "1"], err
    assert not programs_with("gclab_stop_a_0")
    module = compile_cell(unique + QUICK, "stop_a").module
    assert module is not None
    assert module.f() == 1


def test_a_killed_build_leaves_nothing_broken(child: Child, cache: Path, unique: str) -> None:
    process = child(f"compile_cell({unique + slower(6)!r}, 'stop_b', say)")
    until_rustc_runs(process, "gclab_stop_b_0")
    process.kill()
    process.wait()
    text = unique + QUICK
    out, err = child(f"print(compile_cell({text!r}, 'stop_b').f())").communicate(timeout=120)
    assert (out, err) == ("1\n", "")
    assert (cache / "slots" / "stop_b_0" / "stop_b.rs").read_text().startswith("\n" + text)


def test_two_builds_at_once_get_their_own_and_the_second_says_that_it_waits(child: Child, unique: str) -> None:
    cells = [unique + slower(3), unique + SLOW.replace("STEPS", "3")]
    first = child(f"print(compile_cell({cells[0]!r}, 'stop_c', say).f())")
    until_rustc_runs(first, "gclab_stop_c_0")
    second = child(f"print(compile_cell({cells[1]!r}, 'stop_c', say).f())")
    out, err = second.communicate(timeout=120)
    assert "waiting" in out.splitlines(), err
    assert out.splitlines()[-1] == "3"
    out, err = first.communicate(timeout=120)
    assert out.splitlines()[-1] == "1", err
