"""What ``--expand`` shows is what the macros wrote, and it is code that compiles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gclab
from gclab.errors import CompileError, MachineError
from gclab.rust import rustfmt
from gclab.rust.expand import Expansion, show

if TYPE_CHECKING:
    from tests.rust.conftest import Compile

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "expansion.rs"
CELL = """\
use pyo3_gc::prelude::*;

/// Tells one object when it closes.
#[pyclass(get_all, new = "from_fields")]
struct Session {
    on_close: Option<Py<PyAny>>,
    #[pyo3_gc(skip = "a number")]
    count: usize,
}

#[derive(PyGcIntegration)]
enum Tree<T> {
    Leaf(T),
    Node(Vec<Tree<T>>),
}
"""


def test_an_expansion_reads_as_written_by_hand(compile_cell: Compile) -> None:
    """The golden file is written again by ``python tests/rust/test_expand.py``."""
    assert compile_cell(CELL, "expanded", expand=True).expansion == GOLDEN.read_text(encoding="utf-8")


def test_what_is_shown_compiles_and_collects(compile_cell: Compile) -> None:
    """Without pyo3-gc's own macros: the derive and the attribute of a field have done their work and are left out."""
    text = compile_cell(CELL, "expanded", expand=True).expansion
    text = re.sub(r"#\[derive\(::pyo3_gc.*|#\[pyo3_gc\(.*", "", text)
    text = text[: text.index("// #[derive(PyGcIntegration)] on `Tree`")]
    module = compile_cell(f"use pyo3::prelude::*;\n{text}", "by_hand").module
    assert gclab.probe(lambda thing: module.Session(thing, 1))  # type: ignore[union-attr]


def test_without_the_option_nothing_is_formatted(compile_cell: Compile) -> None:
    assert compile_cell(CELL, "expanded").expansion == ""


@pytest.mark.usefixtures("no_cargo")
def test_an_unchanged_cell_shows_the_same_at_once(
    compile_cell: Compile, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Neither cargo nor rustfmt runs, and the module stays the one that is loaded."""
    with monkeypatch.context() as real:
        real.undo()
        request.getfixturevalue("_here")
        first = compile_cell(CELL, "expanded", expand=True)
    monkeypatch.setattr(rustfmt, "_run", None)
    again = compile_cell(CELL, "expanded", expand=True)
    assert again.expansion == first.expansion
    assert again.module is first.module


def test_blocks_stand_in_the_order_of_the_cell(compile_cell: Compile) -> None:
    """Also in a module, and where two items have one name."""
    cell = """\
use pyo3_gc::prelude::*;
#[derive(PyGcIntegration)] struct First(u8);
mod one { #[derive(pyo3_gc::PyGcIntegration)] pub struct Same(u8); }
#[pyclass] struct Second { inner: Option<Py<PyAny>> }
mod two { #[derive(pyo3_gc::PyGcIntegration)] pub enum Same { A } }
"""
    text = compile_cell(cell, "order", expand=True).expansion
    assert re.findall(r"^// #\[(?:\w|::)*(\w{6})\W.* on `(\w+)`, line (\d)", text, re.MULTILINE) == [
        ("derive", "First", "3"),
        ("derive", "Same", "4"),
        ("yclass", "Second", "5"),
        ("derive", "Second", "5"),
        ("derive", "Same", "6"),
    ]


def test_a_class_that_a_macro_of_the_cell_makes_comes_last(compile_cell: Compile) -> None:
    """The marks that rustc prints round its type are no Rust, and not there."""
    cell = """\
use pyo3_gc::prelude::*;
macro_rules! make { ($name:ident, $type:ty) => { #[pyclass] struct $name { field: $type } } }
make!(Made, Option<Py<PyAny>>);
#[derive(PyGcIntegration)] struct Written(u8);
"""
    text = compile_cell(cell, "makes", expand=True).expansion
    assert re.findall(r"on `(\w+)`, (\w+)", text) == [("Written", "line"), ("Made", "which"), ("Made", "which")]
    assert "field: Option<Py<PyAny>>," in text
    assert "«" not in text


def test_a_cell_that_does_not_compile_shows_how_far_the_macros_came(compile_cell: Compile) -> None:
    cell = """\
#[pyo3_gc::pyclass] struct Fine { inner: Option<pyo3::Py<pyo3::PyAny>> }
#[pyo3_gc::pyclass(frosen)] struct Refused { inner: u8 }
fn f() -> u8 { true }
"""
    with pytest.raises(CompileError) as caught:
        compile_cell(cell, "broken", expand=True)
    assert "impl Fine" in caught.value.expansion
    assert "`Refused`" not in caught.value.expansion
    assert compile_cell(cell, "broken", expand=True, fails="").expansion == caught.value.expansion


def test_a_cell_without_a_macro_says_so(compile_cell: Compile) -> None:
    text = compile_cell("#[pyo3::pyfunction] fn f() {}", "plain", expand=True).expansion
    assert text == "// No macro of pyo3-gc wrote anything for this cell.\n"


def test_the_macros_in_a_dependency_are_not_shown(compile_cell: Compile, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text(
        '[package]\nname = "helper"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\n'
        f"pyo3-gc.path = '{ROOT / 'crates' / 'pyo3-gc'}'\n[workspace]\n"
    )
    (tmp_path / "src" / "lib.rs").write_text("#[derive(pyo3_gc::PyGcIntegration)]\npub struct Helper(u8);\n")
    cell = "#[derive(pyo3_gc::PyGcIntegration)]\nstruct Own(helper::Helper);\n"
    text = compile_cell(cell, "has_deps", expand=True, deps=(f"helper = {{ path = '{tmp_path}' }}",)).expansion
    assert re.findall(r"on `(\w+)`", text) == ["Own"]


def test_without_rustfmt_the_code_can_still_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of it is kept, because rustfmt may be installed later."""

    def missing(name: str) -> str:
        raise MachineError(name)

    monkeypatch.setattr(rustfmt, "find_program", missing)
    code = (
        "impl < T > :: a :: B for C < T > { fn f(& self) -> u8 { match * self { "
        'Self { x : ref y, .. } => { if const { y() } { "{}" ; } } } } }'
    )
    text = show((Expansion("#[derive(PyGcIntegration)]", "C", code),), "struct C<T>;", tmp_path)
    assert text == (
        "// There is no rustfmt here, so this is only roughly formatted: "
        "`rustup component add rustfmt` installs it.\n\n"
        "// #[derive(PyGcIntegration)] on `C`, line 1\n"
        "impl<T> ::a::B for C<T> {\n"
        "    fn f(&self) -> u8 {\n"
        "        match *self {\n"
        "            Self { x: ref y, .. } => {\n"
        '                if const { y() } { "{}"; }\n'
        "            }\n"
        "        }\n"
        "    }\n"
        "}\n"
    )
    assert list(tmp_path.glob("*.rs")) == []


def record() -> None:
    """Write the golden file."""
    from gclab.rust.build import build  # noqa: PLC0415 - not for the tests
    from gclab.rust.cell import Options  # noqa: PLC0415

    outcome = build(CELL, Options("expanded", expand=True, force=True), "expanded", lambda _: None)
    GOLDEN.write_text(outcome.expansion, encoding="utf-8")


if __name__ == "__main__":
    record()
