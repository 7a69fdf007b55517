"""What a reader of a notebook or a terminal is shown of rustc's messages and of ``--expand``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from IPython.utils.capture import capture_output

from gclab.errors import CellError, CompileError

Shell = Any  # IPython declares only some of its types
ROOT = Path(__file__).parents[1]
CLASS = "#[pyo3_gc::pyclass]\nstruct Session {\n    on_close: Option<pyo3::Py<pyo3::PyAny>>,\n}\n"
WRONG = f"{CLASS}fn size() -> usize {{\n    true\n}}\n"
RED = "\x1b[1m\x1b[38;5;9m"


def run(shell: Shell, line: str, cell: str) -> Shell:
    """Run a cell and return its result and what it showed."""
    with capture_output() as shown:
        result = shell.run_cell(f"%%pyo3 {line}\n{cell}")
    return result, shown


def test_a_cell_that_fails_as_it_should_shows_the_message_in_colour(shell: Shell) -> None:
    """It is output as any other: with the file and the lines of the cell, and nothing on stderr."""
    result, shown = run(shell, "says --fails E0308", WRONG)
    assert result.success
    assert shown.stdout.startswith(f"{RED}error[E0308]")
    assert "says.rs:7:5" in shown.stdout
    assert shown.stderr == ""


@pytest.mark.parametrize(("line", "cell"), [("says --fails", CLASS), ("says --fails E0277", WRONG)])
def test_a_cell_that_compiles_or_fails_otherwise_is_red(shell: Shell, line: str, cell: str) -> None:
    result, _ = run(shell, line, cell)
    assert type(result.error_in_exec) is CellError


def test_verbose_shows_what_is_folded(shell: Shell) -> None:
    cell = CLASS.replace("Option<pyo3::Py<pyo3::PyAny>>", "std::rc::Rc<u8>")
    short, whole = (run(shell, f"says --fails {verbose}", cell)[1].stdout for verbose in ("", "--verbose"))
    assert short.endswith("2 more messages are folded: %%pyo3 --verbose shows all.\n")
    assert "assert_pyclass_send_sync" in whole
    assert "assert_pyclass_send_sync" not in short


def test_verbose_shows_what_is_folded_in_an_exception(shell: Shell) -> None:
    cell = CLASS.replace("Option<pyo3::Py<pyo3::PyAny>>", "std::rc::Rc<u8>")
    result, _ = run(shell, "says --verbose", cell)
    assert "assert_pyclass_send_sync" in str(result.error_in_exec)


def test_the_code_of_the_macros_is_shown_as_rust(shell: Shell) -> None:
    result, shown = run(shell, "says --expand", CLASS)
    assert result.success
    (output,) = shown.outputs
    assert output.data.keys() == {"text/html", "text/plain"}
    assert output.data["text/plain"].startswith("// #[pyo3_gc::pyclass] on `Session`, line 3\n")
    assert '<span class="k">struct</span>' in output.data["text/html"]
    assert '<span class="nf">__pyo3_gc_traverse</span>' in output.data["text/html"]
    assert "<style>" not in output.data["text/html"], "the colours are those of the page, which may be dark"


def test_the_code_of_a_cell_that_does_not_compile_is_shown_before_the_error(shell: Shell) -> None:
    result, shown = run(shell, "says --expand", WRONG)
    assert type(result.error_in_exec) is CompileError
    assert "fn __pyo3_gc_traverse" in shown.outputs[0].data["text/plain"]
