"""A library on disk to a module whose classes can be told from those of another build.

Imports only the standard library: the children of `gclab.isolated` run this file as well.
"""

from __future__ import annotations

import importlib.util
from importlib.machinery import ExtensionFileLoader
from types import ModuleType

_HEAP_TYPE, _IMMUTABLE = 1 << 9, 1 << 8


class Build:
    """A module made of a library, with the classes that it made."""

    def __init__(self, name: str, library: str) -> None:
        self.name = name
        self.library = library
        self.module = _open(name, library)
        self._names = {cls: (cls.__name__, cls.__qualname__) for cls in _classes(self.module)}
        for cls in self._names:
            cls.__module__ = name + cls.__module__.removeprefix("builtins").removeprefix(name)
        self.mark("")

    def mark(self, suffix: str) -> None:
        """Let the names of all classes end in `suffix`.

        Both names, because messages differ: those of PyO3 show the qualified name, those of CPython the name, which
        PyO3 has made ``builtins.NAME`` until it is set here.
        """
        for cls, (name, qualified) in self._names.items():
            cls.__name__, cls.__qualname__ = name + suffix, qualified + suffix


def _open(name: str, library: str) -> ModuleType:
    loader = ExtensionFileLoader(name, library)
    spec = importlib.util.spec_from_file_location(name, library, loader=loader)
    assert spec is not None  # noqa: S101 - always given for a loader
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _classes(module: ModuleType) -> set[type]:
    """Return the classes that a module made, also those inside its modules and classes (the variants of an enum)."""
    found: set[type] = set()
    todo: list[object] = [module]
    seen: set[int] = set()
    while todo:
        holder = todo.pop()
        seen.add(id(holder))
        for value in list(vars(holder).values()):
            if isinstance(value, type) and _is_made_here(value, module.__name__):
                found.add(value)
            elif not (isinstance(value, ModuleType) and value.__name__.startswith(f"{module.__name__}.")):
                continue
            if id(value) not in seen:
                todo.append(value)
    return found


def _is_made_here(cls: type, module: str) -> bool:
    if not cls.__flags__ & _HEAP_TYPE or cls.__flags__ & _IMMUTABLE:
        return False
    return cls.__module__ in ("builtins", module) or cls.__module__.startswith(f"{module}.")
