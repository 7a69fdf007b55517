"""Which file may know what."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gclab import rust

FILES = {path.stem: path for path in Path(rust.__file__).parent.glob("*.py")}


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize(
    ("module", "users"),
    [("gclab.rust.build", set()), ("subprocess", {"cargo", "rustfmt", "toolchain"}), ("IPython", set())],
)
def test_only_these_files_import_it(module: str, users: set[str]) -> None:
    """Only build.py knows the order of the steps, one file each starts cargo, rustc, rustfmt; none knows the door."""
    assert {name for name, path in FILES.items() if module in imports(path)} == users


def test_a_step_does_not_know_the_steps_after_it() -> None:
    order = ["tokens", "items", "cell", "sources", "deps", "toolchain", "locks", "claims", "slots", "project"]
    order += ["crate", "save", "cargo", "cache", "contents", "evict", "loader"]
    for place, name in enumerate(order):
        later = {f"gclab.rust.{after}" for after in order[place + 1 :]}
        assert not imports(FILES[name]) & later, name
