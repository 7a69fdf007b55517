"""`gclab new`: the project builds and passes as generated, and its test fails when its class begins to leak."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from gclab.commands.main import main
from gclab.rust.cargo import Run
from tools import check_workflows

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = os.environ.get("GCLAB_CACHE") or tmp_path.parent / "gclab-cache"
    monkeypatch.setenv("GCLAB_CACHE", str(Path(cache).absolute()))
    monkeypatch.chdir(tmp_path)


def _run(*command: str | Path, cwd: Path, **environment: str) -> tuple[int, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=inherited | environment, check=False, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def _environment(folder: Path, project: Path) -> Path:
    """Make a fresh venv with the carried gclab; what that needs comes from where it is here, without the network."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    code, site = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    assert code == 0
    # Only the folder: the .pth files in it, such as that of an editable gclab, are not read.
    (Path(site.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    install = ("install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "./vendor/gclab")
    code, said = _run(sys.executable, "-m", "pip", "--python", python, *install, cwd=project)
    assert code == 0, said
    return python


def test_the_project_builds_and_passes_and_a_leak_fails_its_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "my-session", "--path", "made/session"]) == 0
    assert "cd made/session\n  pip install maturin ./vendor/gclab\n" in capsys.readouterr().out
    project = tmp_path / "elsewhere"
    Path("made/session").rename(project)
    lock = (project / "Cargo.lock").read_text()
    python = _environment(tmp_path / "venv", project)
    maturin = Path(sysconfig.get_path("scripts")) / "maturin"

    def build_and_test() -> tuple[int, str]:
        code, said = _run(
            maturin, "develop", "--quiet", "--locked", "--offline", cwd=project, VIRTUAL_ENV=str(python.parents[1])
        )
        assert code == 0, said
        return _run(python, "-m", "pytest", "-p", "no:cacheprovider", cwd=project)

    code, said = build_and_test()
    assert code == 0, said
    assert "2 passed" in said
    assert (project / "Cargo.lock").read_text() == lock
    where = _run(python, "-c", "import gclab, my_session; print(gclab.__file__, my_session.__file__)", cwd=project)[1]
    assert where.count(str(python.parents[1])) == 2, where

    library = project / "src" / "lib.rs"
    library.write_text(library.read_text().replace("#[pyo3_gc::pyclass(", "#[pyclass("))
    code, said = build_and_test()
    assert code == 1
    assert "1 failed, 1 passed" in said
    assert "leaks: Session: a cycle through it is never collected" in said
    assert "..not reported.." in said


def test_without_gclab_pytest_names_what_is_missing(tmp_path: Path) -> None:
    assert main(["new", "alone"]) == 0
    code, said = _run(
        sys.executable, "-m", "pytest", "-p", "no:gclab", cwd=tmp_path / "alone", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"
    )
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "Missing required plugins: gclab" in said
    assert "Without it pytest says `Missing required plugins: gclab`" in Path("alone/README.md").read_text()


def test_what_is_carried_is_source_alone(tmp_path: Path) -> None:
    assert main(["new", "sources"]) == 0
    carried = {
        path.relative_to(tmp_path / "sources/vendor/gclab").as_posix()
        for path in (tmp_path / "sources/vendor").rglob("*.*")
    }
    assert {"pyproject.toml", "src/gclab/pytest_plugin.py", "crates/pyo3-gc/src/lib.rs"} <= carried
    assert not [path for path in carried if path.endswith(".pyc") or "_rust" in path]


def test_the_workflow_passes_the_linters_of_this_project(tmp_path: Path) -> None:
    assert main(["new", "linted"]) == 0
    workflow = str(tmp_path / "linted/.github/workflows/ci.yml")
    zizmor = Path(sysconfig.get_path("scripts")) / "zizmor"
    code, said = _run(zizmor, "--offline", "--quiet", workflow, cwd=ROOT)
    assert code == 0, said
    if program := check_workflows.actionlint():
        code, said = _run(program, workflow, cwd=ROOT)
        assert code == 0, said


def test_the_rust_code_is_formatted(tmp_path: Path) -> None:
    assert main(["new", "a-name"]) == 0
    rustfmt = shutil.which("rustfmt")
    assert rustfmt
    code, said = _run(rustfmt, "--check", "--edition", "2024", tmp_path / "a-name/src/lib.rs", cwd=ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("json", "standard library has a module json"),
        ("async-io", None),
        ("class", "class is a keyword of Python"),
        ("match", "match is a keyword of Rust"),
        ("core", "core is a crate of Rust itself"),
        ("gclab", "something that the project uses"),
        ("pyo3-gc", "something that the project uses"),
        ("My", "use small letters"),
        ("1st", "use small letters"),
        ("a.b", "use small letters"),
        ("../a", "use small letters"),
        ("a-", "use small letters"),
        ("é", "use small letters"),
        ("", "use small letters"),
    ],
)
def test_names_are_checked(name: str, why: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", name]) == (2 if why else 0)
    assert (why or "") in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ([] if why else [name])


def test_what_is_in_a_folder_is_not_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "file").write_text("")
    for path, says in {"full": "'full' has content", "file": "'file' is a file", ".": "has content"}.items():
        assert main(["new", "name", "--path", path]) == 2
        assert says in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "mine"]


def test_an_empty_folder_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["new", "name", "--path", "empty"]) == 0
    assert (tmp_path / "empty" / "name.pyi").is_file()


def test_a_failure_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether cargo fails, or the user presses Ctrl-C meanwhile."""
    monkeypatch.setattr(
        "gclab.rust.cargo.run_cargo", lambda *_, **__: Run(success=False, messages=(), words="error: no")
    )
    assert main(["new", "name"]) == 2
    assert "error: no" in capsys.readouterr().err

    def interrupt(*_: object, **__: object) -> Run:
        raise KeyboardInterrupt

    monkeypatch.setattr("gclab.rust.cargo.run_cargo", interrupt)
    assert main(["new", "name"]) == 130
    assert list(tmp_path.iterdir()) == []
