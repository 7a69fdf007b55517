"""Finds the extension modules inside a package: native classes often live in a private one."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Extensions", "extensions"]

_NOT_OF_USERS: Final = frozenset({"test", "tests", "testing"})


@dataclass(frozen=True)
class Extensions:
    """The modules to look at, by name.

    Attributes:
        modules: the package, and the extension modules inside it that could be imported.
        skipped: the extension modules that could not be looked at, with the reason.

    """

    modules: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]


def extensions(name: str) -> Extensions:
    """Import a module or package, and each extension module inside it, but for those of its tests."""
    top = importlib.import_module(name)
    modules, skipped = [name], []
    for inner in sorted({f"{name}{dotted}" for dotted in _inside(top)} - {name}):
        try:
            module = importlib.import_module(inner)
        except BaseException as error:  # noqa: BLE001 - a panic of Rust is no Exception
            skipped.append((inner, f"{type(error).__name__}: {error}"))
            continue
        if _by_attributes(inner) is module:
            modules.append(inner)
        else:
            skipped.append((inner, "another object has its name"))
    return Extensions(tuple(modules), tuple(skipped))


def _inside(package: object) -> Iterator[str]:
    """Yield the name of each extension module below a package, from the dot on."""
    for root in getattr(package, "__path__", ()):
        for path in Path(root).rglob("*"):
            suffix = next((suffix for suffix in EXTENSION_SUFFIXES if path.name.endswith(suffix)), None)
            parts = path.relative_to(root).parts
            names = [*parts[:-1], parts[-1].removesuffix(suffix or "")]
            if suffix and all(part.isidentifier() for part in names) and not _NOT_OF_USERS.intersection(names):
                yield "".join(f".{part}" for part in names)


def _by_attributes(name: str) -> Any:  # noqa: ANN401 - anything can have the name
    """Follow a dotted name as an expression does."""
    top, *rest = name.split(".")
    found: Any = sys.modules[top]
    for part in rest:
        found = getattr(found, part, None)
    return found
