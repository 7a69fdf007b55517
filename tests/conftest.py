"""What most tests share: one cache of builds for the whole run, and a place for what else programs write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the cache of the run, so that PyO3 is compiled once; ``GCLAB_CACHE`` names one to keep."""
    return Path(os.environ.get("GCLAB_CACHE") or tmp_path_factory.getbasetemp() / "gclab-cache").absolute()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let this process, and what it starts, use gclab of the checkout and the cache, and write nothing beside it."""
    monkeypatch.setenv("GCLAB_CACHE", str(cache))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path_factory.getbasetemp() / name.lower()))
    monkeypatch.chdir(ROOT)  # where the pinned toolchain applies


@pytest.fixture
def shell(environment: None) -> Iterator[Any]:  # noqa: ARG001
    """Start a shell of IPython that has loaded gclab."""
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - the tests of pictures need none

    ip = InteractiveShell.instance()
    ip.run_line_magic("load_ext", "gclab")
    yield ip
    ip.run_line_magic("unload_ext", "gclab")
    InteractiveShell.clear_instance()
