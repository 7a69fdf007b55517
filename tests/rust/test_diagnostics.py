"""Real output of rustc and the text that is shown for it.

``diagnostics/NAME.rs`` is a cell, ``NAME.json`` what rustc says about it, recorded on a machine whose paths were then
replaced, and ``NAME.txt`` what must be shown. ``python tests/rust/test_diagnostics.py`` records all of them again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

import pytest

from gclab.errors import CompileError
from gclab.rust import cargo
from gclab.rust.build import build
from gclab.rust.cache import open_cache
from gclab.rust.cell import Options, read_cell
from gclab.rust.diagnostics import Message, Paths, read_diagnostics
from gclab.rust.sources import find_sources
from gclab.rust.toolchain import cargo_home

if TYPE_CHECKING:
    from collections.abc import Callable

CRATE = "gclab_cell_0"
PAIRS = Path(__file__).parent / "diagnostics"
HOME = "/made/up"
PATHS = Paths(
    crates=Path(HOME, "book/crates"),
    slot=Path(HOME, ".cache/gclab/slots/cell_0"),
    target=Path(HOME, ".cache/gclab/target"),
)

CELLS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PAIRS.glob("*.rs"))}


def shown(messages: list[Message], name: str) -> str:
    cell = read_cell(CELLS[name], "cell", "cell")
    return "".join(found.text for found in read_diagnostics(messages, CRATE, cell, PATHS))


@pytest.mark.parametrize("name", CELLS)
def test_what_is_shown_for_what_rustc_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARGO_HOME", f"{HOME}/.cargo")
    messages = json.loads((PAIRS / f"{name}.json").read_text(encoding="utf-8"))
    assert HOME in json.dumps(messages), "the record has paths to remove"
    assert shown(messages, name) == (PAIRS / f"{name}.txt").read_text(encoding="utf-8")


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
            (PAIRS / f"{name}.txt").write_text(shown(json.loads(said), name), encoding="utf-8")


if __name__ == "__main__":
    record()
