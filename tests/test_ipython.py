"""``%%pyo3`` in a real shell and in a real kernel."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from gclab.errors import CellError, CompileError
from gclab.ipython.options import CELL_PARSER, LINE_PARSER

Shell = Any  # IPython, nbformat and nbclient declare only some of their types
ROOT = Path(__file__).parents[1]
CELL = "#[pyo3::pyfunction]\nfn double(x: i32) -> i32 {\n    x * 2\n}\n"
WRONG = CELL.replace("x * 2", "true")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


pytestmark = pytest.mark.usefixtures("environment")


def run(shell: Shell, line: str, cell: str = CELL) -> Shell:
    return shell.run_cell(f"%%pyo3 {line}\n{cell}")


def test_after_a_failure_it_says_that_the_old_module_is_still_there(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not run(shell, "shell_old", WRONG).success
    assert "still the module" not in capsys.readouterr().out
    run(shell, "shell_old").raise_error()
    assert not run(shell, "shell_old", WRONG).success
    assert "shell_old is still the module of the build before." in capsys.readouterr().out


def test_the_module_is_bound_to_its_name(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """A cell that succeeds prints nothing."""
    run(shell, "shell_a").raise_error()
    assert shell.user_ns["shell_a"].double(4) == 8
    assert capsys.readouterr() == ("", "")


def test_a_cell_without_a_name_keeps_its_number(shell: Shell) -> None:
    """The same text has the same number, whenever it runs; another text has the next."""
    for text in (CELL, CELL.replace("double", "other"), CELL):
        run(shell, "", text).raise_error()
    assert shell.user_ns["cell_1"].double(4) == 8
    assert shell.user_ns["cell_2"].other(4) == 8
    assert "cell_3" not in shell.user_ns


def test_a_module_that_nobody_named_says_its_name(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "").raise_error()
    assert capsys.readouterr().out == "This module is called cell_1; %%pyo3 NAME gives it another name.\n"


def test_a_module_without_content_says_why(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """PyO3's own module does not know the attribute by its path, and leaves the class out without a word."""
    text = "use pyo3::prelude::*;\n#[pymodule]\nmod shell_n {\n    #[pyo3_gc::pyclass]\n    struct A;\n}\n"
    for cell in (text, "pub fn f() {}\n"):
        run(shell, "shell_n" if cell is text else "shell_o", cell).raise_error()
        assert capsys.readouterr().out.splitlines()[-1].startswith("Nothing is exported by shell_")


def test_options_reach_the_build(shell: Shell) -> None:
    text = "#[pyo3::pyfunction]\nfn fast() -> bool { !cfg!(debug_assertions) }\n"
    deps = """--deps 'pyo3.features = ["smallvec"]' --deps 'pyo3.default-features = true'"""
    run(shell, f"shell_b --release {deps}", text).raise_error()
    assert shell.user_ns["shell_b"].fast()


def test_python_names_in_the_line_are_left_alone(shell: Shell) -> None:
    """IPython would replace ``{version}`` by a variable of the user."""
    shell.user_ns["version"] = "9"
    with pytest.raises(CellError, match=r"none: \{version\} \$version"):
        run(shell, "shell_c --deps '{version} $version'").raise_error()


def test_an_error_of_the_cell_is_shown_without_a_python_stack(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(shell, "shell_d", WRONG)
    assert isinstance(result.error_in_exec, CompileError)
    shown = COLOUR.sub("", capsys.readouterr().out)
    assert shown.startswith("error[E0308]: mismatched types\n --> shell_d.rs:4:5\n")
    assert shown.strip() == str(result.error_in_exec).strip()


def test_an_error_of_the_line_is_one_sentence(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    result = run(shell, "json")
    assert isinstance(result.error_in_exec, CellError)
    shown = COLOUR.sub("", capsys.readouterr().out)
    assert shown == "CellError: Python already has a module called 'json'. Choose another name: %%pyo3 NAME.\n"


@pytest.mark.parametrize(
    "line", ["shell_e --fails E0308", "--fails E0308 shell_e", "--fails shell_e", "shell_e --fails"]
)
def test_an_expected_error_is_the_output(shell: Shell, capsys: pytest.CaptureFixture[str], line: str) -> None:
    run(shell, line, WRONG).raise_error()
    out, err = capsys.readouterr()
    assert COLOUR.sub("", out).startswith("error[E0308]: mismatched types\n --> shell_e.rs:4:5\n")
    assert err == ""


def test_a_cell_that_is_only_checked_binds_nothing(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is loaded either; warnings and errors are shown as always."""
    run(shell, "shell_i --check", CELL.replace("x * 2", "let y = 1; x * 2")).raise_error()
    assert "shell_i" not in shell.user_ns
    assert "shell_i" not in sys.modules
    assert COLOUR.sub("", capsys.readouterr().out).startswith("warning: unused variable: `y`\n")
    run(shell, "shell_i --check --fails E0308", WRONG).raise_error()
    assert isinstance(run(shell, "shell_i --check", WRONG).error_in_exec, CompileError)


def test_a_saved_crate_is_announced_by_the_words_of_the_line(
    shell: Shell, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(shell, "shell_j --save 'my crate'").raise_error()
    assert (tmp_path / "my crate" / "Cargo.toml").is_file()
    assert capsys.readouterr().out == "Saved as a crate in my crate: run `maturin develop` there.\n"


def test_the_line_magic_lists_what_is_loaded_and_what_is_kept(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    for text in (CELL, CELL + "// edited\n"):
        run(shell, "shell_k", text).raise_error()
    capsys.readouterr()
    shell.run_line_magic("pyo3", "")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Modules that this process has loaded:"
    for label in ("shell_k", "shell_k@1"):  # the current build, and the one before
        assert [line for line in lines if re.fullmatch(rf"  {label} +[\d.]+ [kM]B +last used just now", line)]
    (summary,) = [line for line in lines if line.startswith("The cache holds ")]
    assert re.search(r"holds [\d.]+ [MG]B of at most 2\.0 GB: ", summary)
    assert summary.endswith(os.environ["GCLAB_CACHE"])
    assert any(line.endswith("compiled crates that all cells use") for line in lines)


def test_cleaning_says_what_and_how_much(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "shell_l", f"// {secrets.token_hex(8)}\n{CELL}").raise_error()
    capsys.readouterr()
    shell.run_line_magic("pyo3", "--clean shell_l")
    assert re.match(r"Removed \d+ builds? of shell_l, with what .*: [\d.]+ MB\.\n$", capsys.readouterr().out)
    assert shell.user_ns["shell_l"].double(2) == 4
    shell.run_line_magic("pyo3", "")
    assert re.search(r"  shell_l +removed\n", capsys.readouterr().out)


def test_warnings_are_output(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run(shell, "shell_g", CELL.replace("x * 2", "let y = 1; x * 2")).raise_error()
        out, err = capsys.readouterr()
        assert COLOUR.sub("", out).startswith("warning: unused variable: `y`\n --> shell_g.rs:4:9\n")
        assert err == ""


def test_verbose_says_what_was_done(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "shell_h --verbose", f"// {secrets.token_hex(8)}\n{CELL}").raise_error()
    out = capsys.readouterr().out
    assert "built because: " in out
    assert "Compiling gclab_shell_h_0" in out
    assert os.environ["GCLAB_CACHE"] not in out


def test_both_magics_have_their_help(shell: Shell) -> None:
    assert shell.object_inspect("%%pyo3")["docstring"] == CELL_PARSER.format_help().strip()
    assert shell.object_inspect("%pyo3")["docstring"] == LINE_PARSER.format_help().strip()


def test_unloading_removes_both_magics(shell: Shell) -> None:
    magics = shell.magics_manager.magics
    assert all("pyo3" in magics[kind] for kind in ("cell", "line"))
    shell.run_line_magic("unload_ext", "gclab")
    assert not any("pyo3" in magics[kind] for kind in ("cell", "line"))
    shell.run_line_magic("load_ext", "gclab")


def test_importing_gclab_imports_nothing_heavy() -> None:
    code = "import gclab, sys; print({'IPython', 'subprocess', 'json'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"set()\n"


# ipykernel and its parts warn about themselves.
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning", "default::PendingDeprecationWarning")


def execute(*cells: str, allow_errors: bool = False) -> tuple[Shell, list[dict[str, Any]]]:
    """Run cells in a kernel; return the notebook and all messages that the kernel published."""
    v4: Shell = nbformat.v4
    sources = ["%load_ext gclab", *cells]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    messages: list[dict[str, Any]] = []

    class Client(NotebookClient):
        def process_message(self, msg: dict[str, Any], *rest: Shell) -> Shell:
            messages.append(msg)
            return super().process_message(msg, *rest)

    resources = {"metadata": {"path": str(ROOT)}}
    Client(notebook, kernel_name="python3", timeout=300, resources=resources, allow_errors=allow_errors).execute()
    return notebook, messages


def test_a_first_build_shows_progress_and_leaves_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty cache everything is compiled: the reader sees how far it is, the notebook keeps nothing."""
    monkeypatch.setenv("GCLAB_CACHE", str(tmp_path / "cold"))
    notebook, messages = execute(f"%%pyo3 kernel_a\n{CELL}", "kernel_a.double(4)")
    assert notebook.cells[1].outputs == []
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == "8"
    lines = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "display_data"]
    assert len(lines) > 3
    assert all(re.fullmatch(r"Compiling [\w-]+: \d+ of \d\d \(\d+ s\)", line) for line in lines), lines
    assert [m["msg_type"] for m in messages].count("clear_output") == len(lines) + 1


def test_outputs_in_a_kernel_are_streams_and_errors() -> None:
    notebook, _ = execute(
        f"%%pyo3 kernel_b\n{CELL.replace('x * 2', 'let y = 1; x * 2')}",
        f"%%pyo3 kernel_b --fails E0308\n{WRONG}",
        f"%%pyo3 kernel_b\n{WRONG}",
        f"%%pyo3 sys\n{CELL}",
        allow_errors=True,
    )
    warned, expected, failed, refused = (cell.outputs for cell in notebook.cells[1:])
    assert [(out["output_type"], out["name"]) for out in warned + expected] == [("stream", "stdout")] * 2
    assert failed[-1]["ename"] == "CompileError"
    assert "\n".join(failed[-1]["traceback"]) == expected[0]["text"].rstrip("\n")
    assert COLOUR.sub("", failed[-1]["traceback"][0]) == "error[E0308]: mismatched types"
    assert COLOUR.sub("", "\n".join(refused[0]["traceback"])).startswith("CellError: Python already has")


def test_an_error_stops_a_notebook() -> None:
    with pytest.raises(CellExecutionError, match="mismatched types"):
        execute(f"%%pyo3 kernel_c\n{WRONG}")
