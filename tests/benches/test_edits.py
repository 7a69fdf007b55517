"""When a round counts, what a tool that loads old code is told, and when the comparison fails."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import cells
import pytest
from edits.figures import OLD_CODE, Figures, bars, notes, table
from edits.process import ToolError, environment, kernel
from edits.source import READ, cython, rust, rust_with_header
from edits.tools import FromFile, Magic, Recipe
from results import report

if TYPE_CHECKING:
    from pathlib import Path

CLASS = "class Node:\n    def version(self): return {}\n"
NEW = "exec(open('node.py').read())"
OLD = f"Node = globals().get('Node')\nif Node is None: {NEW}"


def figures(name: str, edit: float, *, cold: float = 9.0, unchanged: float = 0.001) -> Figures:
    return Figures(name, "1.0", [edit, edit, 2 * edit], [cold], [unchanged], [unchanged], "yes")


def file_tool(folder: Path, *, load: str = NEW, reload: str = NEW, slow: bool = False) -> FromFile:
    return FromFile(Figures("file", "1.0"), folder, sys.executable, Recipe("node.py", CLASS.format, load, reload), slow)


def magic(folder: Path, cell: str = CLASS) -> Magic:
    return Magic(Figures("magic", "1.0"), folder, (sys.executable, READ), cell.format)


def held(found: list[Figures]) -> dict[str, bool]:
    ours, maturin, *_ = found
    return {bar.what: bar.held for bar in bars(ours, maturin, found[1:])}


def test_every_figure_is_a_median_and_the_ratio_is_of_medians() -> None:
    text = table(figures("%%pyo3", 0.2), [figures("maturin develop", 2.0, cold=11.5, unchanged=1.5)]).text()
    assert text.splitlines()[1].split()[:4] == ["tool", "version", "edit", "least"]
    assert text.splitlines()[2].split() == ["%%pyo3", "1.0", "200", "200", "1.0", "9000", "1.00", "1.00", "yes"]
    assert text.splitlines()[3].split()[2:] == ["1.0", "2000", "2000", "10.0", "11500", "1500", "1500", "yes"]


def test_all_goals_hold() -> None:
    assert set(held([figures("%%pyo3", 0.2), figures("maturin develop", 2), figures("x", 0.3)]).values()) == {True}


@pytest.mark.parametrize(
    ("ours", "missed"),
    [
        (figures("%%pyo3", 0.301), "%%pyo3, ms from an edit to imported"),
        (figures("%%pyo3", 0.2, cold=15.1), "%%pyo3, ms for the first cell"),
        (figures("%%pyo3", 0.2, unchanged=0.011), "%%pyo3, ms for an unchanged cell"),
    ],
)
def test_a_time_above_its_goal_is_missed(ours: Figures, missed: str) -> None:
    found = held([ours, figures("maturin develop", 3)])
    assert not found.pop(missed)
    assert found["%%pyo3 / maturin develop"]


def test_being_slower_than_one_tool_is_missed() -> None:
    found = held([figures("%%pyo3", 0.2), figures("maturin develop", 2), figures("x", 0.19), figures("y", 0.21)])
    assert [what for what, kept in found.items() if not kept] == ["%%pyo3 / x"]


def test_seven_times_as_fast_as_maturin_is_the_goal() -> None:
    assert held([figures("%%pyo3", 0.15), figures("maturin develop", 1)])["%%pyo3 / maturin develop"]
    assert not held([figures("%%pyo3", 0.16), figures("maturin develop", 1)])["%%pyo3 / maturin develop"]


def test_without_figures_of_maturin_or_of_the_cell_no_goal_holds() -> None:
    broken = Figures("", "1.0", trouble="failed to build")
    assert not held([figures("%%pyo3", 0.1), broken])[f"%%pyo3 / {broken.name}"]
    assert set(held([broken, figures("maturin develop", 1)]).values()) == {False}


def test_a_missed_goal_is_the_exit_code() -> None:
    ours, maturin = figures("%%pyo3", 0.2), figures("maturin develop", 1)
    assert report([], bars(ours, maturin, [maturin]), None) == 1


def test_a_tool_in_trouble_has_no_figures_and_no_goal(tmp_path: Path) -> None:
    other = figures("other", 0.1)
    other.trouble = f"{OLD_CODE}: the number 3 was read, not 4"
    ours, maturin = figures("%%pyo3", 0.2), figures("maturin develop", 2)
    assert held([ours, maturin, other]) == held([ours, maturin])
    assert table(ours, [other]).text().splitlines()[-1].split() == ["other", "1.0", "OLD", "CODE", *["-"] * 6]
    assert notes([ours, other]) == ["not measured: other: OLD CODE: the number 3 was read, not 4"]
    assert report([table(ours, [maturin, other])], bars(ours, maturin, [maturin, other]), tmp_path / "data.json") == 0


@pytest.mark.parametrize("way", ["file", "magic"])
def test_new_code_is_counted(tmp_path: Path, way: str) -> None:
    tool = file_tool(tmp_path) if way == "file" else magic(tmp_path)
    cells.measure([tool], rounds=3, warm_up=2)
    tool.close()
    found = tool.figures
    assert (found.trouble, found.in_one_process) == ("", "yes")
    assert (len(found.cold), len(found.edits), len(found.new_process)) == (1, 3, 3)
    assert len(found.unchanged) == (0 if way == "file" else 3)
    assert 0 < min(found.edits) <= found.milliseconds(found.edits) / 1000 < math.inf


def test_a_slow_tool_has_one_edit(tmp_path: Path) -> None:
    tool = file_tool(tmp_path, slow=True)
    cells.measure([tool], rounds=3, warm_up=2)
    assert (len(tool.figures.cold), len(tool.figures.edits)) == (1, 1)


def test_old_code_in_any_round_takes_all_figures(tmp_path: Path) -> None:
    tool = magic(tmp_path, f"if {{0}} != 4:\n    {NEW}".replace(NEW, "class Node: version = lambda self: {0}"))
    cells.measure([tool], rounds=3, warm_up=2)
    tool.close()
    assert tool.figures.trouble == "OLD CODE: the number 3 was read, not 4"
    assert len(tool.figures.edits) == 1
    assert math.isinf(tool.figures.milliseconds(tool.figures.edits))


def test_a_file_that_is_not_built_again_is_old_code(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "kept.py").write_text(CLASS.format(0), encoding="utf-8")
    tool = file_tool(tmp_path, load="exec(open('kept.py').read())")
    cells.measure([tool], rounds=3, warm_up=2)
    assert tool.figures.trouble == "OLD CODE: the number 0 was read, not 1"


def test_an_edit_is_built_also_for_a_process_that_has_loaded_the_class(tmp_path: Path) -> None:
    build = (sys.executable, "-c", "import shutil; shutil.copy('node.py', 'built.py')")
    recipe = Recipe("node.py", CLASS.format, NEW.replace("node", "built"), NEW.replace("node", "built"), build)
    tool = FromFile(Figures("file", "1.0"), tmp_path, sys.executable, recipe)
    cells.measure([tool], rounds=1, warm_up=0)
    assert (tool.figures.trouble, tool.figures.in_one_process) == ("", "yes")


def test_a_tool_that_keeps_what_a_process_has_loaded_says_so(tmp_path: Path) -> None:
    tool = file_tool(tmp_path, reload=OLD)
    cells.measure([tool], rounds=1, warm_up=0)
    assert (tool.figures.trouble, tool.figures.in_one_process) == ("", OLD_CODE)


def test_a_process_that_ends_at_the_second_load_is_no_answer(tmp_path: Path) -> None:
    tool = file_tool(tmp_path, reload="import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    cells.measure([tool], rounds=1, warm_up=0)
    found = tool.figures
    assert (found.trouble, found.in_one_process) == ("", "failed")
    assert notes([found]) == ["in one process: file: the process was ended by SIGSEGV"]


def test_a_tool_that_fails_says_why_and_the_others_go_on(tmp_path: Path) -> None:
    tools = [file_tool(tmp_path / "one", load="raise OSError('no compiler')"), file_tool(tmp_path / "two")]
    cells.measure(tools, rounds=1, warm_up=0)
    assert [tool.figures.trouble for tool in tools] == ["OSError: no compiler", ""]


def test_what_a_tool_prints_is_no_answer(tmp_path: Path) -> None:
    with kernel([sys.executable, READ], tmp_path, environment(tmp_path, {})) as opened:
        assert opened.run(f"print(7)\n{CLASS.format(3)}") == 3


def test_a_command_that_fails_is_the_trouble_of_the_tool(tmp_path: Path) -> None:
    build = (sys.executable, "-c", "import sys; sys.exit('error: no linker')")
    recipe = Recipe("node.py", CLASS.format, NEW, NEW, build)
    tool = FromFile(Figures("file", "1.0"), tmp_path, sys.executable, recipe)
    cells.measure([tool], rounds=1, warm_up=0)
    assert tool.figures.trouble.endswith("error: no linker")


def test_without_a_registry_the_rest_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: Path) -> str:
        raise ToolError(f"no registry for {folder.name}")

    ours = file_tool(tmp_path / "ours")
    monkeypatch.setattr(cells, "download", lambda _: None)
    monkeypatch.setattr(cells, "of_the_project", lambda _: [ours])
    monkeypatch.setattr(cells, "install", fails)
    tools, missing = cells.prepared(tmp_path, slow=True)
    assert tools == [ours]
    assert missing == ["not measured, of the tools that are not in the lock file: no registry for others"]


def test_a_quick_run_leaves_out_what_is_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = file_tool(tmp_path / "fast"), file_tool(tmp_path / "slow", slow=True)
    for name in ("download", "install"):
        monkeypatch.setattr(cells, name, lambda _: "")
    for name, tools in {"of_the_project": [], "of_others": [fast], "of_slow_others": [slow]}.items():
        monkeypatch.setattr(cells, name, lambda *_, tools=tools: tools)
    assert cells.prepared(tmp_path, slow=True) == ([fast, slow], [])
    assert cells.prepared(tmp_path, slow=False) == ([fast], [])


def test_every_tool_gets_the_same_class_and_another_number_in_each_round() -> None:
    assert rust(3, "name").startswith(rust(3))
    assert rust_with_header(3).endswith(rust(3))
    assert "//: pyo3 = " in rust_with_header(3)
    for text in (rust, rust_with_header, cython):
        assert text(3) != text(4)
