"""Real output of rustc and the text that is shown for it.

``diagnostics/NAME.rs`` is a cell, ``NAME.json`` what rustc says about it, recorded on a machine whose paths were then
replaced, and ``NAME.txt`` what must be shown. ``python tests/rust/test_diagnostics.py`` records all of them again.
"""

from __future__ import annotations

import copy
import json
import pickle
import re
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

import pytest

from gclab.errors import CompileError
from gclab.rust import cargo
from gclab.rust.build import build
from gclab.rust.cache import open_cache
from gclab.rust.cell import Options, read_cell
from gclab.rust.diagnostics import Diagnostic, Paths, read_diagnostics, show
from gclab.rust.folding import plain
from gclab.rust.hints import HOMES
from gclab.rust.sources import find_sources
from gclab.rust.toolchain import cargo_home

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rust.conftest import Compile

CRATE = "gclab_cell_0"
PAIRS = Path(__file__).parent / "diagnostics"
HOME = "/made/up"
PATHS = Paths(
    crates=Path(HOME, "book/crates"),
    slot=Path(HOME, ".cache/gclab/slots/cell_0"),
    target=Path(HOME, ".cache/gclab/target"),
)

CELLS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PAIRS.glob("*.rs"))}


def diagnostics(name: str) -> tuple[Diagnostic, ...]:
    messages = json.loads((PAIRS / f"{name}.json").read_text(encoding="utf-8"))
    return read_diagnostics(messages, CRATE, read_cell(CELLS[name], "cell", "cell"), PATHS)


@pytest.mark.parametrize("name", CELLS)
def test_what_is_shown_for_what_rustc_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARGO_HOME", f"{HOME}/.cargo")
    assert HOME in (PAIRS / f"{name}.json").read_text(encoding="utf-8"), "the record has paths to remove"
    assert plain(show(diagnostics(name))) == (PAIRS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CELLS)
def test_every_line_is_one_of_rustc(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is rewritten but the width of the gutter; what gclab adds is marked as help, or counts."""
    monkeypatch.setenv("CARGO_HOME", f"{HOME}/.cargo")
    found = diagnostics(name)
    whole = {line.strip().replace("::: ", "--> ") for line in plain(show(found, whole=True)).splitlines()}
    added = {line for line in plain(show(found)).splitlines() if line.strip() not in whole}
    assert all(re.match(r" *= help: |\d+ more messages? |[ .]*$", line) for line in added), added


@pytest.mark.parametrize("name", CELLS)
def test_nothing_that_is_shown_changes_by_itself(name: str) -> None:
    """No path, no name that gclab gave to a crate, no list of what else implements a trait of another crate."""
    text = (PAIRS / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(rf"{HOME}|gclab_|\d+ others|-0\.\d+\.\d+[/\\]|library/|0x[0-9a-f]+", text)


@pytest.mark.parametrize("name", CELLS)
def test_only_colours_that_every_reader_of_notebooks_knows(name: str) -> None:
    used = set(re.findall(r"\x1b\[([0-9;]*)m", show(diagnostics(name), whole=True)))
    assert used <= {"0", "1", *(f"3{colour}" for colour in range(1, 7)), *(f"38;5;{colour}" for colour in range(9, 16))}


def test_what_is_folded_is_counted_and_can_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARGO_HOME", f"{HOME}/.cargo")
    found = diagnostics("no-such-argument")
    assert plain(show(found)).endswith("\n\n4 more messages are folded: %%pyo3 --verbose shows all.\n")
    whole = plain(show(found, whole=True))
    assert "the following other types implement trait `FromPyObject" in whole
    assert "pyo3-0.30.1/src/impl_/extract_argument.rs" in whole
    assert "warning: unused variable: `point`" in whole
    assert "folded" not in whole


def test_a_name_that_the_help_knows_is_where_the_help_says(compile_cell: Compile) -> None:
    uses = (f"use {home.replace('*', name)};" for name, home in HOMES.items())
    modules = "".join(f"#[allow(unused_imports)] mod m{number} {{ {use} }}\n" for number, use in enumerate(uses))
    assert compile_cell(modules, "homes").diagnostics == ()


def test_a_compile_error_survives_a_copy_and_a_pickle(compile_cell: Compile) -> None:
    with pytest.raises(CompileError) as caught:
        compile_cell(CELLS["error-and-warning"], "cell")
    error = caught.value
    for other in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301
        assert str(other) == str(error)
        assert (other.rendered, other.codes) == (error.rendered, ("E0308",))
        assert other._render_traceback_() == error._render_traceback_()


def test_a_dependency_on_this_machine_warns_of_nothing(compile_cell: Compile, tmp_path: Path, unique: str) -> None:
    """Its author sees that; the cell's own warning is shown."""
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text(
        '[package]\nname = "helper"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n'
    )
    (tmp_path / "src" / "lib.rs").write_text(f"{unique}pub fn f() {{ let of_the_crate = 1; }}\n")
    cell = "#[pyo3::pyfunction]\nfn f(of_the_cell: i32) { helper::f() }\n"
    outcome = compile_cell(cell, "warns", deps=(f"helper = {{ path = '{tmp_path}' }}",))
    text = plain(show(outcome.diagnostics, whole=True))
    assert "of_the_cell" in text
    assert "of_the_crate" not in text


def test_the_name_of_a_module_is_the_user_s_to_choose(compile_cell: Compile) -> None:
    """The crate that is called after it has no snake case name then; nobody is told."""
    assert compile_cell("#[pyo3::pyfunction]\nfn f() {}\n", "CamelCase").diagnostics == ()


def test_paths_of_windows_are_removed_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    home = PureWindowsPath(r"C:\Users\A Reader")
    monkeypatch.setattr("gclab.rust.diagnostics.cargo_home", lambda: home / ".cargo")
    paths = Paths(home / "book" / "crates", home / "slots" / "cell_0", home / "target")  # type: ignore[arg-type]
    for given, expected in [
        (
            rf"--> {home}\.cargo\registry\src\index.crates.io-1949cf8c6b5b557f\pyo3-0.30.1\src\lib.rs:1:2",
            r"pyo3-0.30.1\src\lib.rs:1:2",
        ),
        (rf"--> {home}\book\crates\pyo3-gc\src\lib.rs:1:2", r"pyo3-gc\src\lib.rs:1:2"),
        (r"--> D:\rust\lib\rustlib\src\rust\library\core\src\a.rs:1:2", r"library\core\src\a.rs:1:2"),
    ]:
        assert paths.remove(given) == f"--> {expected}"


def record() -> None:
    """Build each cell and write both files of its pair."""
    real, runs = cargo.run_cargo, list[cargo.Run]()

    def run(command: cargo.Command, report: Callable[[cargo.Step], None], *, offline: bool) -> cargo.Run:
        runs.append(real(command, report, offline=offline))
        return runs[-1]

    places = {
        str(open_cache().target): str(PATHS.target),
        str(open_cache().folder): f"{HOME}/.cache/gclab",
        str(find_sources().root): f"{HOME}/book",
        str(cargo_home()): f"{HOME}/.cargo",
    }
    for name, text in CELLS.items():
        with pytest.MonkeyPatch.context() as patch, suppress(CompileError):
            patch.setattr(cargo, "run_cargo", run)
            build(text, Options("cell", force=True), "cell", lambda _: None)
        said = json.dumps([found for found in runs[-1].diagnostics if found["target"]["name"] == CRATE], indent=1)
        for machine, made_up in places.items():
            said = said.replace(machine, made_up)
        (PAIRS / f"{name}.json").write_text(said + "\n", encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CARGO_HOME", f"{HOME}/.cargo")
            (PAIRS / f"{name}.txt").write_text(plain(show(diagnostics(name))), encoding="utf-8")


if __name__ == "__main__":
    record()
