"""A library on disk to a fresh module whose classes say which build they come from."""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ExtensionFileLoader
from types import ModuleType
from typing import TYPE_CHECKING

from gclab.errors import CellError

if TYPE_CHECKING:
    from pathlib import Path

_HEAP_TYPE, _IMMUTABLE = 1 << 9, 1 << 8

_LOADED: dict[str, ModuleType] = {}  # by the key of the build
_BUILDS: dict[str, int] = {}  # how many builds of a name this process has loaded


def check_name(name: str) -> None:
    """Refuse a name under which Python already finds another module."""
    if name in _BUILDS and sys.modules.get(name) in (None, *_LOADED.values()):
        return
    if name in sys.modules or _is_importable(name):
        raise CellError(f"Python already has a module called {name!r}. Choose another name: %%pyo3 NAME.")


def loaded(key: str) -> ModuleType | None:
    """Return the module that this process made of a build before, and make it the current one of its name."""
    module = _LOADED.get(key)
    if module is not None:
        sys.modules[module.__name__] = module
    return module


def modules() -> dict[str, ModuleType]:
    """Return every module that this process has loaded, by the key of its build."""
    return dict(_LOADED)


def load(key: str, name: str, library: Path) -> ModuleType:
    """Load a library as the module `name`, and mark its classes as ``name``, ``name@2``, ``name@3``, and so on."""
    loader = ExtensionFileLoader(name, str(library))
    spec = importlib.util.spec_from_file_location(name, library, loader=loader)
    assert spec is not None  # noqa: S101 - always given for a loader
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    number = _BUILDS[name] = _BUILDS.get(name, 0) + 1
    label = name if number == 1 else f"{name}@{number}"
    for cls in _classes(module):
        cls.__module__ = label + cls.__module__.removeprefix("builtins").removeprefix(name)
    # Under the label as well, so that what asks a class for its module (pickle, inspect) finds it.
    sys.modules[name] = sys.modules[label] = _LOADED[key] = module
    return module


def _is_importable(name: str) -> bool:
    """Look for a module; a folder without one in it (a namespace package) is no reason to refuse a name."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None


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
