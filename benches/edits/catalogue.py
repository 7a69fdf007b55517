"""The tools that are compared, each used as its own documentation says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edits.environment import LOCKED, PINNED, new_environment
from edits.figures import Figures
from edits.source import READ, cython, rust, rust_with_header, write_project
from edits.tools import FromFile, Magic, Recipe, Tool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OURS = "%%pyo3"
DEVELOP = "maturin develop"
_IMPORT = "from NAME import Node"
_RELOAD = "import importlib, sys; Node = importlib.reload(sys.modules['NAME']).Node"
_PROJECT_HOOK = """\
import os, sys, maturin_import_hook
sys.path.append(os.getcwd())
maturin_import_hook.install(enable_rs_file_importer=False, enable_automatic_installation=True)
"""
# The project that it writes for a file has no dependency but PyO3; its documentation says to override this method.
_FILE_HOOK = """\
import os, shutil, sys
from maturin_import_hook.rust_file_importer import MaturinRustFileImporter
class Importer(MaturinRustFileImporter):
    def generate_project_for_single_rust_file(self, *arguments):
        folder = super().generate_project_for_single_rust_file(*arguments)
        for name in ("Cargo.toml", "Cargo.lock"):
            shutil.copy(os.path.join("..", "project", name), folder)
        return folder
sys.meta_path.insert(0, Importer())
sys.path.append(os.getcwd())
"""
_RUSTIMPORT = "import rustimport; Node = rustimport.imp_from_path('bench_file.rs').Node"


def of_the_project(folder: Path) -> Iterator[Tool]:
    """Yield what the lock file has: ``%%pyo3``, and maturin with either installer."""
    cell = "%%pyo3 bench\n{}".format
    figures = Figures(OURS, "here")
    yield Magic(figures, folder / "pyo3", (sys.executable, f"bench.{READ}", "gclab"), lambda n: cell(rust(n)))
    yield develop(Figures(DEVELOP, LOCKED["maturin"]), folder, "bench_pip")
    yield develop(Figures(f"{DEVELOP} --uv", LOCKED["maturin"]), folder, "bench_uv", "--uv")


def of_others(folder: Path, python: str) -> Iterator[Tool]:
    """Yield what `python` has installed beside, except for what is slow."""
    yield project_hook(Figures("import hook, project", PINNED["maturin-import-hook"]), folder / "hook", python)
    root = folder / "rustimport-shared"
    shared = {"CARGO_TARGET_DIR": str(root / "target")}
    yield rustimport(Figures("%%rustimport, CARGO_TARGET_DIR", PINNED["rustimport"]), root, python, variables=shared)
    recipe = Recipe("bench_file.rs", lambda n: f"// rustimport:pyo3\n{rust_with_header(n)}", _RUSTIMPORT, _RUSTIMPORT)
    figures = Figures("rustimport.imp_from_path", PINNED["rustimport"])
    yield FromFile(figures, folder / "rustimport-file", python, recipe)
    cell = "%%cython\n{}".format
    figures = Figures("%%cython, the class in C", PINNED["cython"])
    yield Magic(figures, folder / "cython", (python, READ, "cython"), lambda n: cell(cython(n)))


def of_slow_others(folder: Path, python: str) -> Iterator[Tool]:
    """Yield what compiles PyO3 for every edit, as it comes."""
    yield file_hook(Figures("import hook, .rs file", PINNED["maturin-import-hook"]), folder / "hook-file", python)
    figures = Figures("%%rustimport, as it comes", PINNED["rustimport"])
    yield rustimport(figures, folder / "rustimport", python, slow=True)


def develop(figures: Figures, folder: Path, name: str, *options: str) -> Tool:
    """Return maturin with a project and a virtual environment of its own."""
    home = folder / f"{name}-venv"
    python = new_environment(home, pip=not options)
    build = ("maturin", "develop", *options)
    recipe = Recipe("src/lib.rs", lambda n: rust(n, name), load(name), reload(name), build)
    tool = FromFile(figures, folder / name, python, recipe, variables={"VIRTUAL_ENV": str(home)})
    write_project(tool.folder / "work", name)
    return tool


def project_hook(figures: Figures, folder: Path, python: str) -> Tool:
    """Return the importer of projects, which calls maturin when a source file is newer than the installed module."""
    name, home = "bench_hook", str(Path(python).parents[1])
    recipe = Recipe("src/lib.rs", lambda n: rust(n, name), load(name, _PROJECT_HOOK), reload(name))
    tool = FromFile(figures, folder, python, recipe, variables={"VIRTUAL_ENV": home})
    write_project(tool.folder / "work", name)
    return tool


def file_hook(figures: Figures, folder: Path, python: str) -> Tool:
    """Return the importer of files. It writes a new project for every edit, so it compiles PyO3 every time."""
    name, home = "bench_file", str(Path(python).parents[1])
    recipe = Recipe(f"{name}.rs", lambda n: rust(n, name), load(name, _FILE_HOOK), reload(name))
    tool = FromFile(figures, folder, python, recipe, slow=True, variables={"VIRTUAL_ENV": home})
    write_project(tool.folder / "project", name)
    return tool


def rustimport(
    figures: Figures, folder: Path, python: str, *, slow: bool = False, variables: Mapping[str, str] | None = None
) -> Tool:
    """Return its magic. It builds every cell as a crate of its own, so only a shared folder keeps PyO3 compiled."""
    cell = "%%rustimport\n{}".format
    return Magic(
        figures, folder, (python, READ, "rustimport"), lambda n: cell(rust_with_header(n)), slow, variables or {}
    )


def load(name: str, before: str = "") -> str:
    """Return what imports the class in a new process."""
    return f"{before}{_IMPORT.replace('NAME', name)}"


def reload(name: str) -> str:
    """Return what imports the class again where it has been imported."""
    return _RELOAD.replace("NAME", name)
