"""The builds that this process has loaded: which one a name stands for, and what the older ones are called.

The current build of the module `sessions` has classes such as ``sessions.Session``. When another build takes its place,
its classes become ``sessions.Session@1``: in `repr`, in pictures, and in the messages of PyO3 and CPython where both
meet. The number is that of the build, in the order of loading. An older build stays importable as ``sessions@1``.
A class that no module exports cannot be found here, and keeps its name.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

from gclab.errors import CellError
from gclab.rust.library import Build

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

_LOADED: dict[str, Build] = {}  # by the key of the build
_BUILDS: dict[str, list[Build]] = {}  # by name, in the order of loading


def check_name(name: str) -> None:
    """Refuse a name under which Python already finds another module."""
    own = [build.module for build in _BUILDS.get(name, [])]
    if own and sys.modules.get(name) in (None, *own):
        return
    if name in sys.modules or _is_importable(name):
        raise CellError(f"Python already has a module called {name!r}. Choose another name: %%pyo3 NAME.")


def loaded(key: str) -> ModuleType | None:
    """Return the module that this process made of a build before, and make it the current one of its name."""
    build = _LOADED.get(key)
    return None if build is None else _make_current(build)


def labels() -> dict[str, str]:
    """Return what each module is called, by the key of its build: the current one of a name has no number."""
    older = {build: f"{name}@{n}" for name, builds in _BUILDS.items() for n, build in enumerate(builds, 1)}
    return {key: build.name if _is_current(build) else older[build] for key, build in _LOADED.items()}


def names() -> frozenset[str]:
    """Return the names of the modules that this process has loaded."""
    return frozenset(_BUILDS)


def load(key: str, name: str, library: Path) -> ModuleType:
    """Load a library as the module `name`, and make it the current one."""
    build = _LOADED[key] = Build(name, str(library))
    builds = _BUILDS.setdefault(name, [])
    builds.append(build)
    sys.modules[f"{name}@{len(builds)}"] = build.module
    return _make_current(build)


def libraries() -> dict[str, str]:
    """Return the library behind each name that `import` finds: ``sessions``, ``sessions@1``, ``sessions@2``."""
    found: dict[str, str] = {}
    for name, builds in _BUILDS.items():
        for number, build in enumerate(builds, 1):
            found[f"{name}@{number}"] = build.library
            if _is_current(build):
                found[name] = build.library
    return found


def _is_current(build: Build) -> bool:
    """Tell whether `import` finds this build under its plain name."""
    return sys.modules.get(build.name) is build.module


def _make_current(current: Build) -> ModuleType:
    for number, build in enumerate(_BUILDS[current.name], 1):
        build.mark("" if build is current else f"@{number}")
    sys.modules[current.name] = current.module
    return current.module


def _is_importable(name: str) -> bool:
    """Look for a module; a folder without one in it (a namespace package) is no reason to refuse a name."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None
