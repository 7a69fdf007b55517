"""Guesses how the classes and functions of a module are given an object to keep: factories as source text."""

from __future__ import annotations

import gc
import importlib
import inspect
import re
import sys
import types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gclab.graphs.labels import class_vars, is_a, mro
from gclab.graphs.walk import is_native, is_of_python
from gclab.leaks.factory import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Recipe", "is_kept", "recipes"]

_FILLERS: Final = ("None", "0", "1", "''", "'a'", "b''", "[]", "{}", "print", "probe")
_MOST_FILLED: Final = 3
# What takes an object to keep it, in the words that libraries use.
_KEEPERS: Final = re.compile(
    r"^(add|append|push|put|set|insert|register|subscribe|observe|on|connect|listen|watch|attach|bind|enqueue|store"
    r"|update|extend|callback|handler|hook|send|schedule)"
    r"|(_cb|_callback|_handler|_hook|_listener|_observer|_factory)$"
)
_OF_CYTHON: Final = "cython_function_or_method"
_WRAPPERS: Final = ("probe", "[probe]", "(probe,)", "{'key': probe}", "{probe: 1}", "lambda *a, **k: probe")


@dataclass(frozen=True)
class Recipe:
    """A factory to try.

    Attributes:
        target: the class or function that it tries, such as ``rpds.HashTrieMap``.
        source: an expression in which ``probe`` is the probe object; ``keep(made, act)`` in it calls ``act(made)``
            and gives `made`. Names begin with the module's.
        way: the attribute or method through which the object enters; empty for the call of the target itself.

    """

    target: str
    source: str
    way: str = field(default="", compare=False)

    @property
    def module(self) -> str:
        """The module that has the target."""
        return self.target.rpartition(".")[0]

    def factory(self) -> Callable[[Any], object]:
        """Import the module and return what the source describes."""
        importlib.import_module(self.module)
        top = self.target.partition(".")[0]
        return eval(f"lambda probe: {self.source}", {"keep": _keep, top: sys.modules[top]})  # type: ignore[no-any-return] # noqa: S307


def _keep(made: object, act: Callable[[Any], object]) -> object:
    act(made)
    return made


def recipes(*names: str) -> Iterator[Recipe]:
    """Yield factories for what modules offer, the plainest first for each class or function.

    What several modules offer is taken from the first of them.

    Args:
        names: of modules that can be imported.

    """
    seen: set[int] = set()
    for name in names:
        for target, value in _offers(importlib.import_module(name)):
            if id(value) in seen:
                continue
            seen.add(id(value))
            if is_a(value, type):
                yield from _of_class(f"{name}.{target}", value)
            else:
                yield from (Recipe(f"{name}.{target}", f"{name}.{target}({text})") for text in _arguments(value))


def _offers(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield public classes and functions that are written in native code."""
    for name in sorted(vars(module)):
        value = vars(module)[name]
        if name.startswith("_"):
            continue
        if (is_a(value, type) and is_native(value) and not issubclass(value, BaseException)) or (
            _is_native_function(value) and not is_of_python(getattr(value, "__module__", None) or "")
        ):
            yield name, value


def _is_native_function(value: object) -> bool:
    """Tell whether a value is a function of native code; Cython has a class of its own for them."""
    if is_a(value, types.BuiltinFunctionType):
        return not is_a(value.__self__, type)
    return type(value).__name__ == _OF_CYTHON


def _of_class(path: str, cls: type) -> Iterator[Recipe]:
    makers = [f"{path}({text})" for text in _arguments(cls)]
    yield from (Recipe(path, maker) for maker in makers)
    for name in _constructors(cls):
        function = getattr(cls, name)
        yield from (Recipe(path, f"{path}.{name}({text})", name) for text in _arguments(function))
    bare = [f"{path}()", *(f"{path}({text})" for text in _arguments(cls, with_probe=False))]
    for maker in dict.fromkeys(bare):
        for attribute in _attributes(cls):
            yield Recipe(path, f"keep({maker}, lambda made: setattr(made, {attribute!r}, probe))", attribute)
        for method in _methods(cls):
            for text in ("probe", "[probe]", "'key', probe", "0, probe", "0, [probe]", "probe, 'key'"):
                yield Recipe(path, f"keep({maker}, lambda made: made.{method}({text}))", method)
        if any("__setitem__" in class_vars(base) for base in mro(cls)):
            for key in ("'key'", "0", "probe"):
                yield Recipe(path, f"keep({maker}, lambda made: made.__setitem__({key}, probe))", "[]")


def _arguments(target: Any, *, with_probe: bool = True) -> Iterator[str]:  # noqa: ANN401 - a class or a function
    """Yield lists of arguments, as text."""
    wrapped = _WRAPPERS if with_probe else ()
    required, optional = _parameters(target)
    if required is None and not with_probe:
        yield from _FILLERS[:-1]
        return
    if required is None:
        yield from wrapped
        yield from (f"{one}, {two}" for one in _FILLERS[:6] for two in wrapped[:3])
        return
    if not with_probe:
        yield from (", ".join([filler] * len(required)) for filler in _FILLERS[:-1])
        return
    for place, _ in enumerate(required[:_MOST_FILLED]):
        for filler in _FILLERS if len(required) > 1 else ("None",):
            for text in wrapped:
                yield ", ".join(text if other == place else filler for other in range(len(required)))
    rest = ", ".join(["None"] * len(required))
    yield from (f"{rest}{', ' if rest else ''}{name}={text}" for name in optional for text in wrapped)


def _parameters(target: Any) -> tuple[list[str] | None, list[str]]:  # noqa: ANN401 - the same
    """Return the names of required positional parameters (None: not known) and of optional ones."""
    try:
        found = inspect.signature(target).parameters.values()
    except (ValueError, TypeError):
        return None, []
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [one.name for one in found if one.kind in positional and one.default is one.empty]
    optional = [one.name for one in found if one.default is not one.empty and one.kind not in positional[:1]]
    if any(one.kind is one.VAR_POSITIONAL for one in found) and not required:
        return None, optional
    return required, optional


def _attributes(cls: type) -> Iterator[str]:
    for base in mro(cls)[:-1]:
        for name, value in class_vars(base).items():
            if is_a(value, (types.GetSetDescriptorType, types.MemberDescriptorType)) and not name.startswith("_"):
                yield name


def _constructors(cls: type) -> Iterator[str]:
    """Yield native methods of the class itself, which often make its objects."""
    for name, value in class_vars(cls).items():
        if is_a(value, (staticmethod, types.ClassMethodDescriptorType)) and not name.startswith("_"):
            yield name


def _methods(cls: type) -> Iterator[str]:
    for base in mro(cls)[:-1]:
        for name, value in class_vars(base).items():
            native = is_a(value, types.MethodDescriptorType) or type(value).__name__ == _OF_CYTHON
            if native and not name.startswith("_") and _KEEPERS.search(name):
                yield name


def is_kept(factory: Callable[[Any], object]) -> bool:
    """Tell whether what a factory returns owns the object that it is given, and nothing else does."""
    probe = Probe()
    before = sys.getrefcount(probe)
    try:
        made = factory(probe)
    except Exception:  # noqa: BLE001 - most guesses are wrong
        return False
    if made is None or made is probe or sys.getrefcount(probe) <= before:
        return False
    del made
    gc.collect()
    return sys.getrefcount(probe) == before
