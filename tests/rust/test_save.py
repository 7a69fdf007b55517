"""A saved crate: built by maturin in a new virtual environment, and never written over what a user wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gclab.errors import CellError, MachineError
from gclab.rust import save

if TYPE_CHECKING:
    from gclab.rust.build import Outcome
    from tests.rust.conftest import Compile

CELL = """\
use pyo3::prelude::*;

#[pyo3_gc::pyclass(get_all, new = "from_fields")]
struct Session { on_close: Option<Py<PyAny>>, items: smallvec::SmallVec<[Py<PyAny>; 2]> }

#[pyfunction]
fn double(x: i32) -> i32 { helper::TWO * x }
"""
DEPS = ('smallvec = "1"', 'helper = { path = "helper" }', 'pyo3.features = ["smallvec"]')


def helper(folder: Path) -> None:
    """Write a crate that lies beside the notebook, with what cargo and git leave in such a folder."""
    for name, text in {
        "Cargo.toml": '[package]\nname = "helper"\nversion = "0.1.0"\nedition = "2024"\n',
        "src/lib.rs": "pub const TWO: i32 = 2;\n",
        "target/built": "",
        ".git/config": "",
    }.items():
        (folder / "helper" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "helper" / name).write_text(text)


@pytest.fixture
def working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notebooks"
    helper(folder)
    monkeypatch.chdir(folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def simple(compile_cell: Compile, value: int = 1, **options: object) -> Outcome:
    return compile_cell(f"#[pyo3::pyfunction]\nfn value() -> i32 {{ {value} }}\n", "save_s", save="out", **options)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env={**os.environ, **environment}, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_maturin_builds_the_saved_crate_elsewhere(compile_cell: Compile, working: Path, tmp_path: Path) -> None:
    """The folder is moved, and the crate that it was made from is gone."""
    compile_cell(CELL, "save_a", deps=DEPS, features=("smallvec",), save="out/session")
    saved = tmp_path / "elsewhere"
    (working / "out" / "session").rename(saved)
    shutil.rmtree(working / "helper")
    lock = (saved / "Cargo.lock").read_text()
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    maturin = Path(sys.executable).with_name("maturin")
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    # `--locked`: the lock file is complete, so whoever builds gets these versions.
    run(maturin, "develop", "--quiet", "--locked", cwd=saved, VIRTUAL_ENV=str(environment), PYTHONPATH="")
    code = """
import gc, weakref, save_a
class Editor:
    def __init__(self): self.session = save_a.Session(self.close, [self])
    def close(self): pass
editor = Editor()
dead = weakref.ref(editor)
del editor
gc.collect()
print(save_a.double(21), dead(), hasattr(save_a.Session, "__gc_edges__"))
"""
    assert run(python, "-c", code, cwd=tmp_path, PYTHONPATH="") == "42 None False\n"
    assert (saved / "Cargo.lock").read_text() == lock
    assert not [
        name for name in files(saved) if name.startswith("vendor/helper/") and ("target" in name or "git" in name)
    ]


def test_the_added_module_is_written_as_a_person_would(compile_cell: Compile, working: Path) -> None:
    compile_cell(CELL, "save_b", deps=DEPS, features=("smallvec",), save="out")
    assert (
        (working / "out" / "src" / "lib.rs")
        .read_text()
        .endswith(
            """\
#[pyfunction]
fn double(x: i32) -> i32 {
    helper::TWO * x
}

#[pyo3::pymodule]
mod save_b {
    #[pymodule_export]
    use super::Session;
    #[pymodule_export]
    use super::double;
}
"""
        )
    )
    manifest = (working / "out" / "Cargo.toml").read_text()
    assert 'pyo3-gc.features = ["smallvec"]' in manifest
    assert "helper = { path = 'vendor/helper' }" in manifest
    assert str(working) not in "".join(content.decode() for content in files(working / "out").values())


@pytest.mark.parametrize(("name", "text"), [("value", "fn value() -> i32 { 1 }"), ("gen", "fn f() -> i32 { 1 }")])
def test_a_module_whose_name_is_taken_in_rust_has_another_there(
    compile_cell: Compile, working: Path, cache: Path, name: str, text: str
) -> None:
    """``#[pyfunction]`` makes a module of the function's name, and ``gen`` is a word of Rust."""
    compile_cell(f"#[pyo3::pyfunction]\n{text}\n", name, save="out")
    assert f'#[pyo3::pymodule(name = "{name}")]\nmod python_module {{' in (working / "out/src/lib.rs").read_text()
    run("cargo", "check", "--offline", cwd=working / "out", CARGO_TARGET_DIR=str(cache / "saved"))


def test_a_module_of_ones_own_is_saved_as_it_is(compile_cell: Compile, working: Path) -> None:
    text = "use pyo3::prelude::*;\n\n#[pymodule]\nmod save_c {\n    #[pymodule_export]\n    const X: i32 = 3;\n}\n"
    compile_cell(text, save="out")
    assert (working / "out/src/lib.rs").read_text() == text


def test_without_rustfmt_the_text_stays_as_it_is(
    compile_cell: Compile, working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> str:
        raise MachineError

    monkeypatch.setattr("gclab.rust.rustfmt.find_program", missing)
    simple(compile_cell)
    assert (working / "out/src/lib.rs").read_text().startswith("#[pyo3::pyfunction]\nfn value() -> i32 { 1 }\n\n#[pyo3")


def test_saving_again_replaces_what_was_saved_and_keeps_what_cargo_built(compile_cell: Compile, working: Path) -> None:
    simple(compile_cell)
    before = files(working / "out")
    (working / "out/target").mkdir()
    (working / "out/target/built").write_text("")
    simple(compile_cell, 2)
    after = files(working / "out")
    assert {name for name in after if before.get(name) != after[name]} == {".gclab.json", "src/lib.rs", "target/built"}
    assert sorted(path.name for path in working.iterdir()) == ["helper", "out"]


def test_a_crate_that_is_there_already_costs_nothing(
    compile_cell: Compile, working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simple(compile_cell)
    before = {path: path.stat().st_mtime_ns for path in working.rglob("*")}
    monkeypatch.setattr("gclab.rust.cargo.run_cargo", None)
    simple(compile_cell)
    assert {path: path.stat().st_mtime_ns for path in working.rglob("*")} == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("src/lib.rs", "src/lib.rs in the folder 'out' is not as gclab saved it"),
        ("notes.txt", "notes.txt in the folder 'out' is not as gclab saved it"),
        (".git/config", ".git/config in the folder 'out' is not as gclab saved it"),
    ],
)
def test_what_the_user_wrote_is_not_replaced(compile_cell: Compile, working: Path, name: str, message: str) -> None:
    simple(compile_cell)
    (working / "out" / name).parent.mkdir(exist_ok=True)
    (working / "out" / name).write_text("mine")
    before = files(working / "out")
    with pytest.raises(CellError, match=message):
        simple(compile_cell, 2)
    assert files(working / "out") == before


def test_a_folder_that_is_not_free_is_refused_before_anything_is_built(
    compile_cell: Compile, working: Path, no_cargo: None
) -> None:
    assert no_cargo is None
    (working / "file").write_text("")
    (working / "empty").mkdir()
    for given, message in {
        "helper": "the folder 'helper' has other content",
        "file": "'file' is a file",
        ".": "name a folder inside the working folder",
        "..": "name a folder inside the working folder",
        "empty/..": "name a folder inside the working folder",
    }.items():
        with pytest.raises(CellError, match=message):
            compile_cell(CELL + "// new\n", "save_d", save=given)


def test_the_crate_of_another_module_is_not_replaced(compile_cell: Compile, working: Path) -> None:
    simple(compile_cell)
    before = (working / "out" / "src" / "lib.rs").read_text()
    with pytest.raises(CellError, match=r"has the crate of save_s\. Name another one for save_o"):
        compile_cell("#[pyo3::pyfunction]\nfn other() {}\n", "save_o", save="out")
    assert (working / "out" / "src" / "lib.rs").read_text() == before


def test_an_empty_folder_and_one_with_a_check_can_be_used(compile_cell: Compile, working: Path) -> None:
    (working / "out").mkdir()
    assert simple(compile_cell, check=True).module is None
    assert (working / "out/Cargo.toml").is_file()


def test_a_failure_while_saving_leaves_what_was_there(
    compile_cell: Compile, working: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails: a full disk in the middle, Ctrl-C, or the last step of the exchange."""
    simple(compile_cell)
    before = files(working)
    real = Path.rename

    def fail_for_new(self: Path, to: Path) -> Path:
        if to.name == "out" and (self / "src/lib.rs").read_bytes() != before["out/src/lib.rs"]:
            raise OSError(13, "Permission denied")
        return real(self, to)

    def fill(self: Path, _: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    def interrupt(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", fail_for_new)
    with pytest.raises(MachineError, match=r"the folder 'out' cannot be written \(Permission denied\)"):
        simple(compile_cell, 2)
    assert files(working) == before
    monkeypatch.undo()
    monkeypatch.chdir(working)
    with pytest.raises(KeyboardInterrupt):
        save.save_crate(save.find_place("out", working), {"a": b"a"}, interrupt)
    assert files(working) == before
    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(MachineError, match="The disk is full"):
        simple(compile_cell, 3)
    assert files(working) == before
