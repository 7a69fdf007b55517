"""How long from an edit of Rust to the imported module: ``%%pyo3`` beside ``maturin develop``.

Both compile the same source, in turns, in one run; each round changes one number, and a round counts only if
the number that Python reads is the new one. Crates must have been downloaded before; nothing else is prepared.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from IPython.core.interactiveshell import InteractiveShell

from gclab.rust.cell import read_cell
from gclab.rust.deps import Deps
from gclab.rust.project import manifest_text
from gclab.rust.sources import find_sources

WARM_UP = 2
SOURCE = """\
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
        VERSION
    }
}

#[pymodule]
mod bench_node {
    #[pymodule_export]
    use super::Node;
}
"""


IN_NEW_PROCESS = """
import sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gclab")
source = sys.stdin.read()
started = time.perf_counter()
shell.run_cell_magic("pyo3", "", source)
value = shell.user_ns["bench_node"].Node().version()
print(time.perf_counter() - started, value)
"""


@dataclass
class Figures:
    """The times of one way to do it, in seconds, with the goal for their median."""

    what: str
    goal: float | None = None
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The figure that counts."""
        return median(self.times)

    def row(self) -> str:
        """Write the figures as a row of the table."""
        return f"{self.what:<46}{min(self.times):9.4f}{self.median:9.4f}{verdict(self.median, self.goal)}"


def main() -> None:
    """Measure and print the table."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="gclab-bench-") as folder:
        os.environ["GCLAB_CACHE"] = str(Path(folder, "cache"))
        figures = measure(Path(folder), options.rounds, uv=options.uv)
    print(f"{'seconds':<46}{'least':>9}{'median':>9}{'goal':>9}  held")
    for figure in figures.values():
        print(figure.row())
    ratio = figures["edit"].median / figures["maturin"].median
    print(f"{'%%pyo3 after an edit / maturin develop':<46}{'':>9}{ratio:9.4f}{verdict(ratio, 0.15)}")


def verdict(figure: float, goal: float | None) -> str:
    """Write the goal and whether a figure holds it."""
    return "" if goal is None else f"{goal:9.3f}  {'yes' if figure <= goal else 'NO'}"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="edits to measure, after two to warm up (default: 9)")
    parser.add_argument("--uv", action="store_true", help="let maturin install with uv, which is quicker than pip")
    return parser.parse_args()


def measure(folder: Path, rounds: int, *, uv: bool) -> dict[str, Figures]:
    """Run all ways in turns."""
    figures = {
        "first": Figures("%%pyo3, first cell: everything is compiled", 15),
        "edit": Figures("%%pyo3 after an edit of one line, to imported", 0.3),
        "again": Figures("%%pyo3, unchanged cell, same process", 0.01),
        "new": Figures("%%pyo3, unchanged cell, new process", 0.01),
        "maturin": Figures(f"maturin develop{' --uv' * uv} + import after the edit"),
    }
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "gclab")
    project = MaturinProject(folder / "project", uv=uv)
    figures["first"].times.append(cell(shell, 0))
    project.develop(0)
    for number in range(1, rounds + 3):
        taken = {
            "edit": cell(shell, number),
            "again": cell(shell, number),
            "new": new_process(number),
            "maturin": project.develop(number),
        }
        for name in taken if number > WARM_UP else ():
            figures[name].times.append(taken[name])
    return figures


def cell(shell: InteractiveShell, number: int) -> float:
    """Run the cell in this process."""
    started = time.perf_counter()
    shell.run_cell_magic("pyo3", "", source(number))  # type: ignore[no-untyped-call]
    check(shell.user_ns["bench_node"].Node().version(), number)
    return time.perf_counter() - started


def new_process(number: int) -> float:
    """Run the cell in a new process, and take its word for the time: a kernel starts before the cell runs."""
    asked = subprocess.run(
        [sys.executable, "-c", IN_NEW_PROCESS], input=source(number), text=True, capture_output=True, check=True
    )
    taken, value = asked.stdout.split()
    check(int(value), number)
    return float(taken)


class MaturinProject:
    """The same source as a maturin project with a virtual environment of its own."""

    def __init__(self, folder: Path, *, uv: bool) -> None:
        self.folder = folder
        venv.create(folder / ".venv", with_pip=True)
        scripts = "Scripts" if os.name == "nt" else "bin"
        self.python = str(folder / ".venv" / scripts / "python")
        self.environment = {**os.environ, "VIRTUAL_ENV": str(folder / ".venv")}
        self.command = [str(Path(sys.executable).parent / "maturin"), "develop", *["--uv"] * uv]
        manifest = manifest_text(read_cell(source(0), None, ""), "bench_node", (), Deps(), find_sources())
        (folder / "Cargo.toml").write_text(manifest[: manifest.index("[profile.dev]")])  # the profiles as they come
        (folder / "Cargo.lock").write_text(find_sources().lock)
        (folder / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["maturin>=1.0,<2.0"]\nbuild-backend = "maturin"\n'
            '[project]\nname = "bench_node"\nversion = "0.1.0"\n[tool.maturin]\nmodule-name = "bench_node"\n'
        )

    def develop(self, number: int) -> float:
        """Write the source, build and install it, and import it in a new process."""
        started = time.perf_counter()
        (self.folder / "bench_node.rs").write_text(source(number))
        built = subprocess.run(
            self.command, cwd=self.folder, env=self.environment, check=False, capture_output=True, text=True
        )
        if built.returncode:
            sys.exit(built.stderr)
        asked = subprocess.run(
            [self.python, "-c", "import bench_node; print(bench_node.Node().version())"],
            check=True,
            capture_output=True,
        )
        taken = time.perf_counter() - started
        check(int(asked.stdout), number)
        return taken


def source(number: int) -> str:
    """Return the source of one round."""
    return SOURCE.replace("VERSION", str(number))


def check(found: int, expected: int) -> None:
    """Refuse a round in which old code was loaded."""
    if found != expected:
        raise RuntimeError(f"version {found} was loaded instead of {expected}")


if __name__ == "__main__":
    main()
