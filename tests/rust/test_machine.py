"""What is missing or broken on a machine: one sentence that says what is wrong and what to do."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gclab.errors import BuildError, CellError, GclabError, MachineError
from gclab.rust import trouble
from gclab.rust.cargo import Run
from gclab.rust.diagnostics import Paths
from gclab.rust.toolchain import find_program

if TYPE_CHECKING:
    from tests.rust.conftest import Compile

TEXT = "#[pyo3::pyfunction]\nfn f() -> i32 { 1 }\n"


def check_sentence(error: GclabError) -> None:
    """No stack, no second line, and the end of a sentence."""
    assert "\n" not in str(error)
    assert str(error).endswith(".")


def test_no_linker(compile_cell: Compile, unique: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSTFLAGS", "-Clinker=no-such-linker")
    with pytest.raises(MachineError, match=r"The linker `no-such-linker` was not found.*Install") as caught:
        compile_cell(unique + TEXT, "machine_a")
    check_sentence(caught.value)


def test_offline_without_a_crate(compile_cell: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARGO_NET_OFFLINE", "true")
    with pytest.raises(MachineError, match="The crate `gclab-no-such-crate` is not on this machine") as caught:
        compile_cell(TEXT, "machine_b", deps=('gclab-no-such-crate = "1"',))
    check_sentence(caught.value)


@pytest.mark.parametrize("options", [{"check": True}, {"fails": "E0308"}, {"save": "out"}])
def test_a_machine_that_has_no_crate_at_all(
    compile_cell: Compile, unique: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
) -> None:
    """The first crate that is missing is named, and nothing is saved."""
    monkeypatch.setenv("PATH", str(Path(find_program("cargo")).parent), prepend=os.pathsep)
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARGO_NET_OFFLINE", "true")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MachineError, match="The crate `pyo3` is not on this machine") as caught:
        compile_cell(unique + TEXT, "machine_f", **options)
    check_sentence(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_cell_from_the_cache_cannot_be_saved_without_its_crates(
    compile_cell: Compile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saving needs the versions of all crates: without them nothing is left half-written."""
    compile_cell(TEXT, "machine_g")
    monkeypatch.setenv("PATH", str(Path(find_program("cargo")).parent), prepend=os.pathsep)
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARGO_NET_OFFLINE", "true")
    with pytest.raises(MachineError, match="The crate `pyo3` is not on this machine"):
        compile_cell(TEXT, "machine_g", save=str(tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_no_connection(compile_cell: Compile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here cargo itself names another crate here: the first one that it asks the registry for."""
    for name in ("CARGO_HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("CARGO_NET_RETRY", "0")
    with pytest.raises(MachineError, match=r"The crate `gclab-no-such-crate` is not.*Connect to the network"):
        compile_cell(TEXT, "machine_c", deps=('gclab-no-such-crate = "1"',))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"deps": ('pyo3 = "1"',)}, "duplicate key"),
        ({"deps": ('pyo3 = 1"',)}, "cargo does not accept"),
        ({"features": ("nonsense",)}, "`nonsense` but `pyo3-gc` does not have that feature"),
    ],
)
def test_what_cargo_does_not_accept_is_an_error_of_the_line(
    compile_cell: Compile, cache: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(CellError, match=message) as caught:
        compile_cell(TEXT, "machine_d", **options)
    assert str(cache) not in str(caught.value)
    assert "/slots/" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is a file gives another error there")
def test_a_cache_that_becomes_unwritable(
    compile_cell: Compile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCLAB_CACHE", str(tmp_path))
    (tmp_path / "slots").mkdir()
    (tmp_path / "slots" / "machine_e_0").write_text("a file where a folder must be")
    with pytest.raises(MachineError, match=r"cache folder .* cannot be written .*GCLAB_CACHE") as caught:
        compile_cell(TEXT, "machine_e")
    check_sentence(caught.value)


def failed(words: str) -> GclabError:
    run = Run(success=False, messages=(), words=words)
    return trouble.explain(run, run, Paths(Path("/a/crates"), Path("/a/slot"), Path("/a/target")))


def test_a_full_disk() -> None:
    """As rustc says it, as cargo says it, and as Python finds it."""
    for error in (
        failed("rustc-LLVM ERROR: IO failure on output stream: No space left on device\nerror: could not compile `x`"),
        failed("error: could not write\n\nCaused by:\n  No space left on device (os error 28)"),
        trouble.from_os_error(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), None),  # type: ignore[arg-type]
    ):
        assert isinstance(error, MachineError)
        assert str(error).startswith("The disk is full.")
        check_sentence(error)


def test_what_nobody_foresaw_shows_the_words_of_cargo() -> None:
    error = failed("   Compiling x v0.1.0\nerror: something new in /a/slot/x.rs")
    assert isinstance(error, BuildError)
    assert str(error) == "cargo could not build this cell.\nerror: something new in x.rs"
