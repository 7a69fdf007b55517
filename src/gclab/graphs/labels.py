"""What one object refers to, each reference with a label, and a short text for the object itself.

Nothing here runs code of the object's class, with one exception that a class asks for: ``__gc_edges__``.
"""

from __future__ import annotations

import collections
import sys
import types
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, overload

from gclab.graphs.references import referents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Reference", "instance_dict", "module_name", "plain_name", "references", "safe_text", "type_name"]

Reference = tuple[str, object]
"""A label (empty where nothing is known) and the object that is referred to."""

_T = TypeVar("_T")
_MANAGED_DICT = 1 << 4  # Py_TPFLAGS_MANAGED_DICT, object.h, since CPython 3.11
_SEQUENCES: tuple[type, ...] = (list, tuple, collections.deque)
_SIZED: tuple[type, ...] = (*_SEQUENCES, dict, set, frozenset)
_FUNCTION_PARTS = ("__closure__", "__defaults__", "__kwdefaults__")
_PLAIN_KEYS = (str, bytes, int, float, bool, type(None))
_TYPE_NAME = type.__dict__["__name__"]
_TYPE_MODULE = type.__dict__["__module__"]
_TYPE_MRO = type.__dict__["__mro__"]
_TYPE_DICT = type.__dict__["__dict__"]
_MODULE_DICT: Any = vars(types.ModuleType)["__dict__"]
_LONGEST = 40
_SHARED = ("pyo3_gc", "Shared")  # the class of the objects that hold what the owners of a `GcArc` share


@overload
def is_a(obj: object, kind: type[_T]) -> TypeGuard[_T]: ...
@overload
def is_a(obj: object, kind: tuple[type, ...]) -> bool: ...
def is_a(obj: object, kind: type | tuple[type, ...]) -> bool:
    """Tell whether `obj` is of `kind`, by its real type: ``isinstance`` would ask a proxy's ``__class__``."""
    return issubclass(type(obj), kind)


def mro(cls: type) -> tuple[type, ...]:
    """Return the classes of `cls`, also when its metaclass overrides ``__mro__``."""
    return tuple(_TYPE_MRO.__get__(cls))


def class_vars(cls: type) -> types.MappingProxyType[str, Any]:
    """Return the namespace of `cls`, also when its metaclass overrides ``__dict__``."""
    found: types.MappingProxyType[str, Any] = _TYPE_DICT.__get__(cls)
    return found


def plain_name(cls: type) -> str:
    """Return the name of `cls`, without running code of its metaclass."""
    return str(_TYPE_NAME.__get__(cls))


def module_name(cls: type) -> str:
    """Return the module that `cls` says it comes from, without running code of its metaclass; else an empty text."""
    found = _TYPE_MODULE.__get__(cls)
    return found if type(found) is str else ""


def type_name(cls: type) -> str:
    """Return the name of `cls`, shortened."""
    return shorten(plain_name(cls))


def shorten(text: str) -> str:
    """Return `text` on one line of at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def references(obj: object) -> tuple[list[Reference], list[int]]:
    """Return what the collector sees when it visits `obj`, in a stable order, and the ids of what was folded.

    The list has one entry for each time that `obj` reports an object. The instance dictionary and
    the tuple of a function's closure are replaced by what they hold, if only their owner refers to them: so the
    answer is the same whether CPython has made the dictionary or still keeps the values inside the object.
    """
    seen = referents(obj)
    folded: list[int] = []
    attributes = instance_dict(obj, seen)
    if attributes is not None:
        folded.append(id(attributes))
        _replace(seen, attributes)
    closure = obj.__closure__ if is_a(obj, types.FunctionType) else None
    if closure is not None and sys.getrefcount(closure) - _times(closure, seen) == _one_owner() + 1:
        folded.append(id(closure))
        _replace(seen, closure)
    return list(_match(obj, seen, _named(obj, attributes))), folded


def _replace(seen: list[object], inner: object) -> None:
    """Put what `inner` refers to in the place of `inner`; without `inner` in the list, its content is there already."""
    for place, item in enumerate(seen):
        if item is inner:
            seen[place : place + 1] = referents(inner)
            return


def _times(obj: object, seen: list[object]) -> int:
    return sum(item is obj for item in seen)


def _one_owner() -> int:
    """Return the count of an object that one local variable holds, on this interpreter."""
    alone: dict[str, object] = {}
    return sys.getrefcount(alone)


def instance_dict(obj: object, seen: list[object]) -> dict[str, object] | None:
    """Return the instance dictionary of `obj` if `obj` alone owns it.

    From CPython 3.11 on, reading it makes a dictionary of values that were kept in the object; the values' own
    reference counts stay the same (``Objects/dictobject.c``, ``make_dict_from_instance_attributes``).
    """
    cls = type(obj)
    managed = sys.version_info >= (3, 11) and cls.__flags__ & _MANAGED_DICT
    if is_a(obj, (type, types.ModuleType, types.FunctionType)):
        return None
    if not managed and not any(type(item) is dict for item in seen):
        return None
    for base in mro(cls):
        getter = class_vars(base).get("__dict__")
        if is_a(getter, types.GetSetDescriptorType):
            found = getter.__get__(obj)
            if type(found) is dict and sys.getrefcount(found) - _times(found, seen) == _one_owner() + 1:
                return found
            return None
    return None


def _match(obj: object, seen: list[object], named: Iterable[Reference]) -> Iterator[Reference]:
    """Give each reported reference one of its names, in the order of the names; then the nameless rest."""
    left: dict[int, int] = {}
    for item in seen:
        left[id(item)] = left.get(id(item), 0) + 1
    nameless = 1 if id(type(obj)) in left else 0  # the reference to the class often has no name
    missing = len(seen)
    for label, item in named:
        if missing <= nameless:
            break  # most objects are done before the slow search for members
        if left.get(id(item), 0) > 0:
            left[id(item)] -= 1
            missing -= 1
            if item is type(obj):
                nameless = 0
            yield label, item
    for item in seen:
        if left[id(item)] > 0:
            left[id(item)] -= 1
            yield "", item


def _named(obj: object, attributes: dict[str, object] | None) -> Iterator[Reference]:
    """Yield every name that is known for something inside `obj`; more names than references do no harm."""
    yield from _reported(obj)
    if attributes is not None:
        yield from ((shorten(str(name)), value) for name, value in attributes.items())
    if is_a(obj, types.FunctionType):
        yield from _of_function(obj)
    yield from _items(obj)
    yield from _members(obj)


def _reported(obj: object) -> Iterator[Reference]:
    """Yield the field paths of a class that offers ``__gc_edges__`` (pyo3-gc's feature `introspect`)."""
    offer = next((class_vars(c)["__gc_edges__"] for c in mro(type(obj)) if "__gc_edges__" in class_vars(c)), None)
    if offer is None:
        return
    try:
        fields = [(shorten(str(path)), item) for path, item in offer(obj)]
    except Exception:  # noqa: BLE001 - a label that fails must not take the picture with it
        return
    yield from fields


def _of_function(function: types.FunctionType) -> Iterator[Reference]:
    yield from zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    for name in _FUNCTION_PARTS:
        yield name, getattr(function, name)


def _members(obj: object) -> Iterator[Reference]:
    """Yield slots and the members of C structs: descriptors that read memory and run no Python code."""
    for cls in mro(type(obj)):
        for name, member in class_vars(cls).items():
            if type(member) is types.MemberDescriptorType:
                try:
                    yield ("contents" if name == "cell_contents" else name), member.__get__(obj)
                except AttributeError:  # an empty slot
                    continue


def _items(obj: object) -> Iterator[Reference]:
    if is_a(obj, types.CellType):
        yield from (("contents", item) for item in referents(obj))
    elif is_a(obj, dict):
        for key, value in dict.items(obj):
            yield f"[{_key_text(key)}]", value
            yield "a key", key
    elif is_a(obj, (set, frozenset)):
        yield from (("", item) for item in sorted(referents(obj), key=_stable))
    else:
        for kind in _SEQUENCES:
            if is_a(obj, kind):
                yield from ((f"[{place}]", item) for place, item in enumerate(kind.__iter__(obj)))


def _key_text(key: object) -> str:
    return shorten(repr(key)) if type(key) in _PLAIN_KEYS else type_name(type(key))


def _stable(obj: object) -> tuple[str, str]:
    """Return a key that orders the elements of a set without their addresses or hashes."""
    plain = repr(obj) if type(obj) in _PLAIN_KEYS else safe_text(obj)
    return type_name(type(obj)), plain


def safe_text(obj: object) -> str:
    """Return a few words on `obj` that need no code of its class: a name, a length, or a plain value."""
    if type(obj) in _PLAIN_KEYS:
        return shorten(repr(obj))
    if is_a(obj, types.MethodType):
        return shorten(safe_text(obj.__func__))
    if is_a(obj, types.FunctionType) or is_a(obj, types.BuiltinFunctionType):
        return shorten(obj.__qualname__)
    if is_a(obj, type):
        return type_name(obj)
    if is_a(obj, types.ModuleType):
        return shorten(str(_MODULE_DICT.__get__(obj).get("__name__", "")))
    return _content(obj)


def _content(obj: object) -> str:
    if (module_name(type(obj)), plain_name(type(obj))) == _SHARED:
        return "value of a GcArc"
    for kind in _SIZED:
        if is_a(obj, kind):
            size = kind.__len__(obj)
            return "1 item" if size == 1 else f"{size} items"
    return ""
