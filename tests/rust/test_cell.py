"""From the text of a cell to a library with a module."""

from __future__ import annotations

import pytest

from gclab.errors import CellError
from gclab.rust.cell import read_cell

CELL = """\
// #[pyclass] struct No;
use pyo3::prelude::*;
const TEXT: &str = r#"#[pyclass] struct No; "quoted" "#;
/// A class.
#[pyo3_gc::pyclass(frozen, name = "Other")]
#[derive(Clone)]
pub(crate) struct A(i32);
mod inner { #[pyclass] struct No; }
#[cfg(all(unix, not(windows)))]
#[pyfunction]
#[pyo3(signature = (a, b=[1; 2]))]
pub async fn b<'a>(a: &'a str) -> [u8; 2] { [0; 2] }
#[cfg_attr(unix, derive(Debug), ::pyo3::pyclass)] enum C { X, Y }
impl A { #[pyfunction] fn no() {} }
#[pyclass]
struct r#D;
"""


def exports(text: str) -> str:
    return read_cell(text, "m", "cell_1").source[1 + len(text) :]


def test_every_marked_item_is_exported_in_source_order() -> None:
    assert exports(CELL) == (
        """\
#[::pyo3::pymodule(name = "m")]
mod __gclab_module {
    #[pymodule_export]
    use super::A;
    #[cfg(all(unix, not(windows)))]
    #[pymodule_export]
    use super::b;
    #[cfg(unix)]
    #[pymodule_export]
    use super::C;
    #[pymodule_export]
    use super::r#D;
}
"""
    )


def test_the_text_of_the_cell_comes_unchanged_on_the_lines_of_the_notebook() -> None:
    """A notebook counts the ``%%pyo3`` line as the first."""
    cell = read_cell(CELL, None, "cell_1")
    assert cell.source.startswith("\n" + CELL)
    assert cell.lines == 1 + CELL.count("\n")


@pytest.mark.parametrize("text", ["fn f() {", 'const S: &str = "', "/*", "fn f( { )"])
def test_nothing_is_added_after_text_without_an_end(text: str) -> None:
    """Else rustc would point at the added line instead of the cell."""
    assert read_cell(text, "m", "cell_1").source == f"\n{text}\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("#[pymodule] mod first {} #[pymodule] mod second {}", "first"),
        ("#[pyo3::pymodule]\nfn first(m: &Bound<'_, PyModule>) -> PyResult<()> { Ok(()) }", "first"),
        ('#[pymodule(name = "first")] mod other {}', "first"),
        ('#[pymodule]\n#[pyo3(name = "first")]\nmod other {}', "first"),
        ("#[pymodule] mod r#first {}", "first"),
        ("// #[pymodule] mod first {}", "cell_1"),
        ("mod outer { #[pymodule] mod first {} }", "cell_1"),
    ],
)
def test_the_name_is_that_of_the_first_module(text: str, name: str) -> None:
    assert read_cell(text, None, "cell_1").name == name


def test_a_cell_with_a_module_gets_no_other() -> None:
    text = "#[pymodule] mod m {}\n"
    assert read_cell(text, "m", "cell_1").source == f"\n{text}"


def test_two_different_names_are_refused() -> None:
    with pytest.raises(CellError, match=r"%%pyo3 a.*called b"):
        read_cell("#[pymodule] mod b {}", "a", "cell_1")


@pytest.mark.parametrize("name", ["a-b", "a.b", "1a", "class", "", "größe", "pyo3"])
def test_a_name_that_cannot_be_a_module_is_refused(name: str) -> None:
    with pytest.raises(CellError):
        read_cell("", name, "")
