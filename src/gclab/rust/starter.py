"""The files of a new project: a class that owns Python objects, its tests, and what they need."""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import GclabError
from gclab.rust.carried import CARRIED, carried_crates, copied, manifests
from gclab.rust.crate import KEYWORDS
from gclab.rust.project import dependencies_text

if TYPE_CHECKING:
    from gclab.rust.sources import Sources

__all__ = ["module_name", "project_files"]

_PACKAGE = Path(__file__).parents[1]
_TEMPLATES = _PACKAGE / "starter"
_TO_INSTALL = ("pyproject.toml", "README.md")  # what pip needs to install gclab, beside what cells need
_NAME = re.compile(r"[a-z]([a-z0-9_-]*[a-z0-9])?")
# The project uses them itself, or cargo does.
_TAKEN = frozenset({"gclab", "maturin", "pyo3", "pyo3_gc", "pyo3_gc_macros", "pytest"})
_OF_RUST = frozenset({"alloc", "core", "proc_macro", "std", "test"})
_RUST_KEYWORDS = KEYWORDS | {"as", "async", "await", "break", "continue", "dyn", "else", "false", "for", "if", "in"}


def module_name(name: str) -> str:
    """Return the module of a project; the name of a project can have hyphens.

    Raises:
        GclabError: no crate, or no module, can have this name.

    """
    module = name.replace("-", "_")
    if not _NAME.fullmatch(name):
        why = "use small letters, digits, - and _, with a letter first and no - or _ at the end"
    elif keyword.iskeyword(module) or module in _RUST_KEYWORDS:
        why = f"{module} is a keyword of {'Python' if keyword.iskeyword(module) else 'Rust'}"
    elif module in sys.stdlib_module_names:
        why = f"Python's standard library has a module {module}, which would be hidden, or hide yours"
    elif module in _OF_RUST:
        why = f"{module} is a crate of Rust itself"
    elif module in _TAKEN:
        why = f"{module} is something that the project uses"
    else:
        return module
    raise GclabError(f"{name!r} cannot be the name of a project: {why}")


def project_files(name: str, sources: Sources) -> dict[str, bytes]:
    """Return the content of each file by its path in the folder; the lock file is only a first one.

    Raises:
        GclabError: no project can have this name.

    """
    module = module_name(name)
    dependencies = dependencies_text(f"{CARRIED}/crates/pyo3-gc", (), (), sources.pyo3)
    found = manifests(module, name, dependencies, sources)
    found["pyproject.toml"] += _template("pyproject.toml", module, name)
    for path, template in {
        "src/lib.rs": "lib.rs",
        f"{module}.pyi": "module.pyi",
        f"tests/test_{module}.py": "test_module.py",
        "README.md": "README.md",
        ".gitignore": "gitignore",
        ".github/workflows/ci.yml": "ci.yml",
    }.items():
        found[path] = _template(template, module, name)
    return found | carried_crates(sources) | _gclab(sources)


def _template(file: str, module: str, package: str) -> bytes:
    text = (_TEMPLATES / file).read_text(encoding="utf-8")
    return text.replace("{name}", module).replace("{package}", package).encode()


def _gclab(sources: Sources) -> dict[str, bytes]:
    """Carry gclab itself, as pip installs it from a checkout: it is not on a package index, and the tests need it."""
    whole = copied([_PACKAGE], _PACKAGE, f"{CARRIED}/src/gclab")
    found = {path: content for path, content in whole.items() if "/gclab/_rust/" not in path}
    found |= copied([sources.root / name for name in _TO_INSTALL], sources.root, CARRIED)
    return found | {f"{CARRIED}/Cargo.lock": sources.lock.encode()}
