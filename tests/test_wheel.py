"""The wheel alone is enough: it carries the crates' sources, and a cell builds with them far away from a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SESSION = """
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_cell("%load_ext gclab").raise_error()
shell.run_cell('''%%pyo3 sessions
use pyo3::prelude::*;

#[pyo3_gc::pyclass(get_all, new = "from_fields")]
struct Session {
    on_close: Option<Py<PyAny>>,
}
''').raise_error()
shell.run_cell("import gclab; assert gclab.probe(sessions.Session)").raise_error()
import gclab
print(Path(gclab.__file__).parent)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a user's `pip install .` does, but without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True)
    (wheel,) = folder.glob("gclab-*.whl")
    return wheel


def test_the_wheel_holds_the_sources_of_the_crates_and_nothing_that_was_built(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for crate in ("pyo3-gc", "pyo3-gc-macros"):
        sources = ROOT / "crates" / crate / "src"
        for source in sources.rglob("*.rs"):
            assert f"gclab/_rust/crates/{crate}/src/{source.relative_to(sources).as_posix()}" in names
    assert {"gclab/_rust/Cargo.toml", "gclab/_rust/Cargo.lock", "gclab/py.typed"} <= set(names)
    assert [name for name in names if "target/" in name or name.endswith((".so", ".pyd", ".pyc"))] == []


def test_a_cell_builds_with_the_installed_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    """No file of the checkout is used: gclab comes from the wheel, and so do the crates."""
    installed = tmp_path / "installed"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-compile",
        "--target",
        str(installed),
    ]
    subprocess.run([*install, str(wheel)], check=True)
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == str(installed / "gclab")
