"""The wheel alone is enough: it carries the crates' sources, and a cell builds with them far away from a checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
# What a program started elsewhere must not inherit: it would lead back to the checkout.
OF_THE_CHECKOUT = ("PYTHONPATH", "JUPYTER_PATH", "VIRTUAL_ENV", "PYO3_PYTHON")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
RUN = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="NoColor")
for cell in json.load(sys.stdin):
    if not shell.run_cell(cell).success:
        sys.exit(1)
"""
SESSION = (
    "%load_ext gclab",
    """%%pyo3 sessions
use pyo3_gc::prelude::*;

#[derive(PyGcIntegration)]
struct Listeners {
    all: Vec<Py<PyAny>>,
}

#[pyclass]
struct Session {
    listeners: Listeners,
}

#[pymethods]
impl Session {
    #[new]
    fn new(all: Vec<Py<PyAny>>) -> Self {
        Session { listeners: Listeners { all } }
    }
}

#[pyfunction]
fn abort() {
    std::process::abort()
}
""",
    "import gclab",
    """
picture = gclab.graph(sessions.Session([[]]))
assert [node.type_name for node in picture.nodes] == ["Session", "list"], picture
assert "<svg" in picture._repr_mimebundle_()["text/html"]
""",
    "assert gclab.probe(lambda probe: sessions.Session([probe]))",
    """
def crash():
    import sessions
    sessions.abort()

crashed = gclab.isolated(crash)
assert not crashed.ok
print(repr(crashed))
""",
    "import sys; print(gclab.__file__, *sys.path, sep='\\n')",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a user's `pip install .` does, but without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True)
    (wheel,) = folder.glob("gclab-*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a fresh venv that has the wheel; gclab's dependencies come from where they are here."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
    # Only the folder: the .pth files in it, such as that of an editable gclab, are not read.
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


def run_cells(python: Path, folder: Path, cells: Iterable[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run cells in IPython, in a folder outside the checkout and without the network."""
    inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_CHECKOUT}
    inherited["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])  # graphviz-pure is there
    return subprocess.run(
        [python, "-c", RUN],
        cwd=folder,
        env={**inherited, "IPYTHONDIR": str(folder / "ipython"), "CARGO_NET_OFFLINE": "true", **environment},
        input=json.dumps(list(cells)),
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_wheel_holds_the_sources_of_the_crates_and_nothing_that_was_built(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for crate in ("pyo3-gc", "pyo3-gc-macros"):
        sources = ROOT / "crates" / crate / "src"
        for source in sources.rglob("*.rs"):
            assert f"gclab/_rust/crates/{crate}/src/{source.relative_to(sources).as_posix()}" in names
    for source in (ROOT / "src" / "gclab").rglob("*.py"):
        assert source.relative_to(ROOT / "src").as_posix() in names
    assert {"gclab/_rust/Cargo.toml", "gclab/_rust/Cargo.lock", "gclab/py.typed"} <= set(names)
    assert [name for name in names if "target/" in name or name.endswith((".so", ".pyd", ".pyc"))] == []


def test_the_installed_wheel_builds_draws_probes_and_isolates(python: Path, cache: Path, tmp_path: Path) -> None:
    """No file of the checkout is used: gclab comes from the wheel, and so do the crates."""
    done = run_cells(python, tmp_path, SESSION, GCLAB_CACHE=str(cache))
    assert done.returncode == 0, done.stdout + done.stderr
    crashed, file, *path = done.stdout.splitlines()
    assert crashed.startswith("isolated: ended ")
    assert Path(file).is_relative_to(python.parents[1])
    assert not any(Path(folder).is_relative_to(ROOT / "src") for folder in path)


def test_without_the_crates_and_the_network_a_cell_names_what_is_missing(python: Path, tmp_path: Path) -> None:
    empty = tmp_path / "cargo-home"
    empty.mkdir()
    cells = ("%load_ext gclab", "%%pyo3 lonely\n#[pyo3::pyfunction]\nfn f() {}\n")
    done = run_cells(python, tmp_path, cells, GCLAB_CACHE=str(tmp_path / "cache"), CARGO_HOME=str(empty))
    assert done.returncode == 1
    assert COLOUR.sub("", done.stdout).startswith("MachineError: The crate `"), done.stdout + done.stderr
    assert "is not on this machine and cannot be downloaded now." in done.stdout
    assert str(tmp_path) not in done.stdout
