"""From the roots to the objects and references of a picture."""

from __future__ import annotations

import sys
import types
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gclab.graphs.labels import Reference, class_vars, is_a, module_name, mro, references
from gclab.graphs.references import referents

if TYPE_CHECKING:
    from gclab.graphs.limits import Limits

__all__ = [
    "HAVE_GC",
    "IMMORTAL",
    "Walk",
    "is_native",
    "is_of_python",
    "is_own_class",
    "is_shared",
    "package_of",
    "refers_to_containers",
    "walk",
]

HAVE_GC: Final = 1 << 14  # Py_TPFLAGSHAVE_GC, object.h
_HEAP_TYPE: Final = 1 << 9  # Py_TPFLAGS_HEAPTYPE, object.h
IMMORTAL: Final = 1 << 29  # smaller than every immortal count of PEP 683, larger than any honest one
_NEVER_FOLLOWED: Final = frozenset({"__globals__", "__builtins__", "f_globals", "f_builtins", "f_back", "__func__"})
_CODE_OWNERS: Final = (types.FunctionType, types.MethodType, types.FrameType)
_RUNNING: Final = (types.FrameType, types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
_RUN_CODE: Final = (*_CODE_OWNERS, *_RUNNING)
_OWN_MODULES: Final = frozenset({"__main__"})
_NOTEBOOK: Final = frozenset({"IPython", "ipykernel", "jupyter_client", "tornado", "traitlets", "zmq"})


@dataclass
class Walk:
    """The objects of a picture, in the order in which they were found. It keeps them alive: drop it soon.

    Attributes:
        objects: each object once; the roots come first, then the nearest ones.
        depth: for each object, how many references it is away from a root.
        edges: position of the owner, position of what it refers to, label.
        folded: ids of instance dictionaries and closure tuples that are drawn as part of their owner.
        beyond: for each owner, how many of its references lead to objects that the limits leave out.
        outside: the classes of those objects, by id.
        full: whether there were more objects than `Limits.max_nodes`: then nobody knows what lies behind them.

    """

    objects: list[object] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    edges: list[tuple[int, int, str]] = field(default_factory=list)
    folded: set[int] = field(default_factory=set)
    beyond: dict[int, int] = field(default_factory=dict)
    outside: dict[int, type] = field(default_factory=dict)
    full: bool = False


def walk(roots: tuple[object, ...], limits: Limits, namespace: int) -> Walk:
    """Follow what the collector sees from `roots`, nearest objects first.

    Args:
        roots: where to begin; always drawn, whatever they are.
        limits: what belongs into the picture.
        namespace: id of the caller's global variables, which are never followed.

    """
    found = Walk()
    place: dict[int, int] = {}
    passed: list[tuple[int, int, str]] = []
    for root in roots:
        _place(root, 0, found, place)
    skipped = {namespace, *(id(vars(module)) for module in list(sys.modules.values()) if _has_vars(module))}
    queue = deque(range(len(found.objects)))
    while queue:
        owner = queue.popleft()
        for label, item in _followed(found, owner):
            known = id(item) in place
            if not known and (id(item) in skipped or not _wanted(found.objects[owner], label, item, limits)):
                if is_a(found.objects[owner], _RUN_CODE):
                    passed.append((owner, id(item), label))
                continue
            full = len(found.objects) >= limits.max_nodes
            if not known and (full or found.depth[owner] == limits.max_depth):
                found.full |= full
                found.outside[id(item)] = type(item)
                found.beyond[owner] = found.beyond.get(owner, 0) + 1
                continue
            if not known:
                added = _place(item, found.depth[owner] + 1, found, place)
                if not _is_of_the_notebook(item):
                    queue.append(added)
            found.edges.append((owner, place[id(item)], label))
    # What a function or a generator was not followed to may have come into the picture by another way.
    found.edges += [(owner, place[key], label) for owner, key, label in passed if key in place]
    return found


def _is_of_the_notebook(item: object) -> bool:
    """Tell whether an object belongs to what runs a notebook: every thread refers to it, and it to everything."""
    return package_of(type(item)) in _NOTEBOOK


def _has_vars(module: object) -> bool:
    return is_a(module, types.ModuleType)


def _place(item: object, at: int, found: Walk, place: dict[int, int]) -> int:
    if id(item) not in place:
        place[id(item)] = len(found.objects)
        found.objects.append(item)
        found.depth.append(at)
    return place[id(item)]


def _followed(found: Walk, owner: int) -> list[Reference]:
    """Return the references of one object, and note which containers were folded into it."""
    obj = found.objects[owner]
    listed, folded = references(obj)
    found.folded.update(folded)
    return listed


def _wanted(owner: object, label: str, item: object, limits: Limits) -> bool:
    """Tell whether an object that a drawn one refers to is to be drawn, too."""
    cls = type(item)
    if limits.excludes(cls) or (is_a(owner, _CODE_OWNERS) and label in _NEVER_FOLLOWED):
        return False
    if limits.wants(cls):
        return True
    kind = "types" if issubclass(cls, type) else "modules" if issubclass(cls, types.ModuleType) else ""
    if not kind and _is_atom(item):
        kind = "atoms"
    if kind or is_immortal(item):
        return (kind or "immortal") in limits.include
    return not is_a(item, types.CodeType) and not _is_running(owner, label, item)


def _is_running(owner: object, label: str, item: object) -> bool:
    """Tell whether `item` is the code or the frame of the running thing `owner`: part of how it runs."""
    return is_a(owner, _RUNNING) and is_a(item, (types.FunctionType, types.FrameType)) and not label


def is_immortal(item: object) -> bool:
    """Tell whether the count of an object never changes (PEP 683)."""
    return sys.getrefcount(item) >= IMMORTAL


def is_shared(item: object) -> bool:
    """Tell whether a count says nothing about owners: CPython shares atoms, such as constants and names, widely."""
    return is_immortal(item) or _is_atom(item)


def _is_atom(item: object) -> bool:
    """Tell whether an object can refer to nothing, as far as the collector knows.

    Objects of a foreign class without collector support stay in: they are the ones that may hide references.
    """
    cls = type(item)
    return not cls.__flags__ & HAVE_GC and not is_native(cls)


def is_native(cls: type) -> bool:
    """Tell whether a class is written in Rust or C outside the standard library.

    Every class that a ``class`` statement makes has, itself or through a base, ``__slots__`` or one of the two
    attributes below with a text by CPython (``Objects/typeobject.c``, ``subtype_getsets_full``).
    """
    return not _is_of_python(cls) and not any(_made_by_statement(base) for base in mro(cls)[:-1])


def is_own_class(cls: type) -> bool:
    """Tell whether a class comes from a ``class`` statement outside the standard library."""
    return not _is_of_python(cls) and any(_made_by_statement(base) for base in mro(cls)[:-1])


def _is_of_python(cls: type) -> bool:
    """Tell whether a class belongs to Python or its standard library."""
    package = package_of(cls)
    if package == "builtins":
        return not cls.__flags__ & _HEAP_TYPE
    return is_of_python(package)


def is_of_python(module: str) -> bool:
    """Tell whether a module belongs to the standard library."""
    package = module.partition(".")[0]
    return package in sys.stdlib_module_names and package not in _OWN_MODULES


def package_of(cls: type) -> str:
    """Return the top-level package that a class says it comes from, without running code of its metaclass."""
    return module_name(cls).partition(".")[0]


def _made_by_statement(cls: type) -> bool:
    if "__slots__" in class_vars(cls):
        return True
    marks = (class_vars(cls).get(name) for name in ("__dict__", "__weakref__"))
    return any(is_a(mark, types.GetSetDescriptorType) and mark.__doc__ for mark in marks)


def refers_to_containers(item: object) -> bool:
    """Tell whether an object refers to anything but atoms and classes."""
    return any(type(part).__flags__ & HAVE_GC and not is_a(part, type) for part in referents(item))
