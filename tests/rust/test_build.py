"""Real builds of real cells."""

from __future__ import annotations

import dataclasses
import importlib
import os
import pickle
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gclab.errors import BuildError, CellError, CompileError
from gclab.rust import build as build_module
from gclab.rust import project
from gclab.rust.cache import Cache, open_cache
from gclab.rust.sources import find_sources
from gclab.rust.toolchain import find_toolchain

if TYPE_CHECKING:
    from gclab.rust.cell import Cell
    from gclab.rust.slots import Slot
    from gclab.rust.sources import Sources
    from tests.rust.conftest import Child, Compile

NODE = """\
use pyo3::prelude::*;

#[pyo3_gc::pyclass]
struct Node {
    #[pyo3(get, set)]
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Node {
    #[new]
    fn new() -> Self {
        Node { next: None }
    }
    fn version(&self) -> i32 {
        1
    }
}

#[pyfunction]
fn double(x: i32) -> i32 {
    x * 2
}
"""


def test_a_cell_becomes_a_module(compile_cell: Compile) -> None:
    """It has the classes and functions of the cell, it can be imported, and its classes know its name."""
    module = compile_cell(NODE, "node_a").module
    assert module is not None
    assert module.double(21) == 42
    assert module.Node().version() == 1
    assert module.Node.__module__ == "node_a"
    assert importlib.import_module("node_a") is module


def test_labels_are_on_when_the_crate_has_them(compile_cell: Compile) -> None:
    """If pyo3-gc declares the feature introspect, a class of a cell can name its edges."""
    module = compile_cell(NODE, "node_b").module
    assert module is not None
    declared = "introspect" in (find_sources().root / "crates/pyo3-gc/Cargo.toml").read_text()
    assert hasattr(module.Node, "__gc_edges__") is declared


def test_a_module_of_ones_own_is_used_as_it_is(compile_cell: Compile) -> None:
    text = "use pyo3::prelude::*;\n#[pymodule]\nmod own_c {\n    #[pymodule_export]\n    const X: i32 = 3;\n}\n"
    outcome = compile_cell(text)
    assert outcome.name == "own_c"
    assert outcome.module is not None
    assert outcome.module.X == 3


def test_an_unchanged_cell_is_the_same_module_and_starts_no_cargo(
    compile_cell: Compile, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compile_cell(NODE, "node_d").module
    monkeypatch.setattr("gclab.rust.cargo.run_cargo", None)
    assert compile_cell(NODE, "node_d").module is first


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for cargo is a shell script")
def test_an_unchanged_cell_starts_no_program_in_a_new_process(
    compile_cell: Compile, child: Child, tmp_path: Path
) -> None:
    """Neither cargo nor rustc: both are on the PATH, but would leave a trace if they were started."""
    for name in ("cargo", "rustc"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/$(basename "$0").started"\nexec ~/.cargo/bin/{name} "$@"\n')
        program.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    code = f"print(compile_cell({NODE!r}, 'node_e').Node().version())"
    started = [tmp_path / "cargo.started", tmp_path / "rustc.started"]
    compile_cell(NODE, "node_e")
    for expected in (True, False):
        out, err = child(code, PATH=path).communicate()
        assert (out, err) == ("1\n", "")
        assert started[1].exists() is expected, "the first time, this PATH is new and rustc is asked for its version"
        assert not started[0].exists()
        started[1].unlink(missing_ok=True)


def test_an_edit_makes_a_new_module_and_old_objects_keep_their_class(compile_cell: Compile) -> None:
    old_module = compile_cell(NODE, "node_f").module
    assert old_module is not None
    old = old_module.Node()
    new_module = compile_cell(NODE.replace("        1\n", "        2\n"), "node_f").module
    assert new_module is not None
    new = new_module.Node()
    assert (old.version(), new.version()) == (1, 2)
    assert type(old) is not type(new)
    assert sys.modules["node_f"] is new_module
    assert compile_cell(NODE, "node_f").module is old_module
    assert sys.modules["node_f"] is old_module


def test_all_classes_of_an_older_build_carry_its_number(compile_cell: Compile) -> None:
    """Also the variants of an enum, classes in modules, and exceptions; but not the classes of others."""
    text = """\
use pyo3::prelude::*;
#[pymodule]
mod many_g {
    use super::*;
    #[pyclass] enum Shape { Circle { radius: f64 }, Dot {} }
    #[pymodule] mod inner { use super::*; #[pyclass] struct Deep; }
    pyo3::create_exception!(many_g, Failure, pyo3::exceptions::PyException);
    #[pymodule_init]
    fn init(m: &Bound<'_, PyModule>) -> PyResult<()> {
        m.add("Failure", m.py().get_type::<Failure>())?;
        m.add("Int", m.py().get_type::<pyo3::types::PyInt>())
    }
}
"""
    old, new = compile_cell(text).module, compile_cell(text + "// changed\n").module
    assert old is not None
    assert new is not None
    for module, mark in ((old, "@1"), (new, "")):
        assert repr(module.Shape) == f"<class 'many_g.Shape{mark}'>"
        assert repr(module.Shape.Circle) == f"<class 'many_g.Shape.Circle{mark}'>"
        assert repr(module.inner.Deep) == f"<class 'many_g.inner.Deep{mark}'>"
        assert repr(module.Failure) == f"<class 'many_g.Failure{mark}'>"
        assert module.Int is int
        assert repr(int) == "<class 'int'>"
    assert pickle.loads(pickle.dumps(new.Failure)) is new.Failure  # noqa: S301


def test_the_names_of_two_cells_do_not_meet(compile_cell: Compile) -> None:
    """Cells that are built in turns keep their own libraries."""
    for value in (1, 2):
        for name in ("turn_h", "turn_i"):
            text = f'#[pyo3::pyfunction]\nfn who() -> &\'static str {{ "{name} {value}" }}\n'
            module = compile_cell(text, name).module
            assert module is not None
            assert module.who() == f"{name} {value}"


@pytest.mark.parametrize("name", ["json", "sys", "pytest"])
def test_the_name_of_another_module_is_refused(compile_cell: Compile, name: str) -> None:
    with pytest.raises(CellError, match="Choose another name"):
        compile_cell(NODE, name)


def test_an_error_shows_what_rustc_says_with_the_lines_of_the_cell(compile_cell: Compile) -> None:
    with pytest.raises(CompileError) as caught:
        compile_cell(NODE.replace("x * 2", '"a"'), "node_j")
    assert str(caught.value) == (
        "error[E0308]: mismatched types\n"
        "  --> node_j.rs:23:5\n"
        "   |\n"
        "22 | fn double(x: i32) -> i32 {\n"
        "   |                      --- expected `i32` because of return type\n"
        '23 |     "a"\n'
        "   |     ^^^ expected `i32`, found `&str`\n"
    )
    assert caught.value.codes == ("E0308",)
    assert "\x1b[" in caught.value.rendered
    assert re.sub(r"\x1b\[[0-9;]*m", "", caught.value.rendered) == str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "use pyo3::prelude::*;\n#[pyclass]\nstruct A(std::rc::Rc<i32>);\n",
        "use pyo3::prelude::*;\n#[pyclass(frozn)]\nstruct A;\n#[pyfunction]\nfn f() -> A2 { loop {} }\n",
        "#[pyo3_gc::pyclass]\nstruct A(std::sync::Arc<pyo3::Py<pyo3::PyAny>>);\n",
        "fn f() {\n",
    ],
)
def test_no_error_shows_a_path_of_this_machine(compile_cell: Compile, text: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_cell(text, "paths_k")
    places = re.findall(r"--> (\S+)", str(caught.value))
    assert places
    assert all(re.match(r"(paths_k\.rs|pyo3[\w.-]*/src/\S+|library/\S+):\d+:\d+$", place) for place in places), places
    assert not re.search(r"(?<![\w.:>-])/(?:root|home|work|tmp|usr)\b|\.cargo|__gclab_module", str(caught.value))


def test_a_path_in_the_text_of_the_cell_stays(compile_cell: Compile) -> None:
    """Else rustc's marks would not stand below what they mean."""
    line = f'fn f() -> i32 {{ "{Path.home()}/x" }}'
    with pytest.raises(CompileError) as caught:
        compile_cell(line, "paths_x")
    assert f"2 | {line}\n" in str(caught.value)


def test_warnings_come_with_the_module_every_time(compile_cell: Compile) -> None:
    """Also when the module comes from the cache: a page must not look different the second time."""
    text = NODE.replace("x * 2", "let unused = 1; x * 2")
    outcomes = [compile_cell(text, "node_l") for _ in range(2)]
    assert [[found.level for found in outcome.diagnostics] for outcome in outcomes] == [["warning"]] * 2
    assert "unused variable: `unused`" in outcomes[1].diagnostics[0].text
    assert "node_l.rs:23:9" in outcomes[1].diagnostics[0].text


def test_a_cell_without_a_fault_gives_no_diagnostic(compile_cell: Compile) -> None:
    """No warning of a dependency is shown, also not of the crates of this project."""
    assert compile_cell(NODE, "node_m").diagnostics == ()


WRONG = "#[pyo3::pyfunction]\nfn f() -> i32 { true }\n"


@pytest.mark.parametrize("expected", ["E0308", ""])
def test_a_cell_that_fails_as_stated_is_a_success(compile_cell: Compile, expected: str) -> None:
    outcome = compile_cell(WRONG, "wrong_n", fails=expected)
    assert outcome.module is None
    assert [found.code for found in outcome.diagnostics] == ["E0308"]


def test_a_cell_that_fails_otherwise_is_an_error(compile_cell: Compile) -> None:
    with pytest.raises(CellError, match=r"(?s)to fail with E0277, but it fails with E0308.*wrong_n\.rs:3:17"):
        compile_cell(WRONG, "wrong_n", fails="E0277")


def test_a_cell_that_compiles_although_it_must_fail_is_an_error(compile_cell: Compile) -> None:
    with pytest.raises(CellError, match="to fail with E0277, but it compiles"):
        compile_cell(NODE, "node_o", fails="E0277")


def test_force_builds_again_under_a_new_path(compile_cell: Compile) -> None:
    """The path decides what dlopen gives, so a used one would bring the old library."""
    first = compile_cell(NODE, "node_p").module
    again = compile_cell(NODE, "node_p", force=True).module
    assert first is not None
    assert again is not None
    assert again is not first
    assert again.__file__ != first.__file__
    assert again.Node is not first.Node


def test_a_release_build_is_another_build(compile_cell: Compile) -> None:
    text = "#[pyo3::pyfunction]\nfn checked() -> bool { cfg!(debug_assertions) }\n"
    modules = [compile_cell(text, "node_q", release=release).module for release in (False, True)]
    assert [module and module.checked() for module in modules] == [True, False]


def test_the_reason_for_a_build_is_told(compile_cell: Compile, unique: str) -> None:
    compile_cell(NODE + unique, "node_r")
    assert compile_cell(NODE + unique + unique, "node_r").log[0] == "built because: changed: the cell"
    assert compile_cell(NODE + unique, "node_r").log == ("the cell is as it was: nothing was built",)


def test_a_dependency_on_this_machine_can_be_used_and_edited(
    compile_cell: Compile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crate = tmp_path / "mine"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_text('[package]\nname = "mine"\nversion = "0.1.0"\nedition = "2024"\n')
    monkeypatch.chdir(tmp_path)
    text = "#[pyo3::pyfunction]\nfn value() -> i32 { mine::VALUE }\n"
    for value in (1, 2):
        (crate / "src" / "lib.rs").write_text(f"pub const VALUE: i32 = {value};\nfn with_a_warning() {{}}\n")
        outcome = compile_cell(text, "node_s", deps=('mine = { path = "mine" }',))
        assert outcome.module is not None
        assert outcome.module.value() == value
        assert outcome.diagnostics == (), "a warning of a dependency is not the cell's"
    (crate / "src" / "lib.rs").write_text('pub const VALUE: i32 = "one";\n')
    with pytest.raises(
        BuildError, match=r"cargo could not build this cell\.\nerror\[E0308\]: mismatched types"
    ) as caught:
        compile_cell(text, "node_s", deps=('mine = { path = "mine" }',))
    assert not isinstance(caught.value, CompileError)
    assert "\x1b" not in str(caught.value)


def test_a_clock_too_coarse_for_cargo_does_not_bring_the_old_library(
    compile_cell: Compile, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file's time does not change with its text, cargo believes that it has nothing to do."""

    def write_old(cell: Cell, manifest: str, slot: Slot, sources: Sources) -> project.Project:
        written = project.write_project(cell, manifest, slot, sources)
        os.utime(written.source, (1, 1))
        return written

    monkeypatch.setattr(build_module, "write_project", write_old)
    for value in (1, 2):
        text = f"{unique}#[pyo3::pyfunction]\nfn value() -> i32 {{ {value} }}\n"
        module = compile_cell(text, "node_t").module
        assert module is not None
        assert module.value() == value


def test_a_broken_record_counts_as_not_built(compile_cell: Compile, cache: Path, unique: str) -> None:
    before = set((cache / "modules").glob("*.json"))
    compile_cell(NODE + unique, "node_u")
    (record,) = set((cache / "modules").glob("*.json")) - before
    record.write_text("{")
    assert compile_cell(NODE + unique, "node_u").log[0].startswith("built because")


def test_progress_names_crates_and_counts(compile_cell: Compile, steps: list[object], unique: str) -> None:
    compile_cell(NODE + unique, "node_v")
    texts = [str(step) for step in steps]
    assert any(re.search(r"done=\d+, total=\d{2}, crate='gclab_node_v_0'", text) for text in texts), texts


def test_the_crates_of_an_installed_package_are_only_read(child: Child, tmp_path: Path, unique: str) -> None:
    """A package may lie in a folder of the system: nothing is written there, no lock file, nothing built."""
    package, root = tmp_path / "gclab", find_sources().root
    shutil.copytree(Path(build_module.__file__).parents[1], package, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("Cargo.toml", "Cargo.lock", "crates/pyo3-gc/Cargo.toml", "crates/pyo3-gc-macros/Cargo.toml"):
        (package / "_rust" / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / part, package / "_rust" / part)
    for crate in ("crates/pyo3-gc/src", "crates/pyo3-gc-macros/src"):
        shutil.copytree(root / crate, package / "_rust" / crate)

    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in (package / "_rust").rglob("*")}

    before = files()
    code = f"import gclab; print(gclab.__file__); print(compile_cell({NODE + unique!r}, 'node_w').Node().version())"
    out, err = child(code, PYTHONPATH=str(tmp_path), PYTHONDONTWRITEBYTECODE="1").communicate(timeout=120)
    assert (out, err) == (f"{package / '__init__.py'}\n1\n", "")
    assert files() == before


@pytest.mark.parametrize(
    ("step", "field", "reason"),
    [
        ("find_sources", "digest", "the crates of gclab"),
        ("find_toolchain", "version", "the toolchain"),
        ("find_toolchain", "settings", "the settings of cargo"),
    ],
)
def test_what_a_build_depends_on_makes_it_new(  # noqa: PLR0913 - three of these are the case
    compile_cell: Compile, unique: str, monkeypatch: pytest.MonkeyPatch, *, step: str, field: str, reason: str
) -> None:
    compile_cell(NODE + unique, "node_y")
    target = open_cache().target(find_toolchain(open_cache().folder, (1, 85)).version)
    monkeypatch.setattr(Cache, "target", lambda *_: target)  # another toolchain compiles the crates again
    real = getattr(build_module, step)
    monkeypatch.setattr(build_module, step, lambda *given: dataclasses.replace(real(*given), **{field: unique}))
    assert compile_cell(NODE + unique, "node_y").log[0] == f"built because: changed: {reason}"


def test_another_version_of_gclab_builds_again(
    compile_cell: Compile, unique: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may build the same cell in another way, or show what rustc says in another way."""
    compile_cell(unique + NODE, "node_own")
    monkeypatch.setattr("gclab.rust.build._own_code", lambda: "another version")
    assert compile_cell(unique + NODE, "node_own").log[0] == "built because: changed: gclab's way to build"


def test_both_preludes_are_an_error(compile_cell: Compile) -> None:
    """By itself rustc would warn, take PyO3's ``#[pyclass]``, and the class would leak."""
    text = "use pyo3::prelude::*;\nuse pyo3_gc::prelude::*;\n#[pyclass]\nstruct A(Option<Py<PyAny>>);\n"
    with pytest.raises(CompileError, match="`pyclass` is ambiguous"):
        compile_cell(text, "both_preludes")
