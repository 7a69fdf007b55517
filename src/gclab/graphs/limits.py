"""What belongs into a picture: the arguments of `gclab.graph`, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gclab.errors import GraphError
from gclab.graphs.labels import is_a, module_name, mro, plain_name

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["INCLUDE", "MOST_WALKED", "Limits", "limits_of"]

INCLUDE: Final = ("atoms", "immortal", "modules", "types")
"""What `gclab.graph` leaves out unless it is asked for by one of these words."""

MOST_WALKED: Final = 20_000
"""How many objects `gclab.graph` looks at: what lies behind the nearest ones is not searched."""


@dataclass(frozen=True)
class Limits:
    """What belongs into a picture.

    Attributes:
        max_nodes: how many objects are looked at, or drawn, at most.
        max_depth: how many references away from a root an object may be; None for no limit.
        include: words of `INCLUDE`.
        wanted: ids of classes whose objects belong into the picture even if they are left out otherwise.
        unwanted: ids of classes whose objects are left out.
        names: names of classes, modules and packages whose objects are left out.

    """

    max_nodes: int = 60
    max_depth: int | None = None
    include: frozenset[str] = frozenset()
    wanted: frozenset[int] = frozenset()
    unwanted: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()

    def wants(self, cls: type) -> bool:
        """Tell whether objects of `cls` were asked for."""
        return bool(self.wanted) and not self.wanted.isdisjoint(map(id, mro(cls)))

    def excludes(self, cls: type) -> bool:
        """Tell whether objects of `cls` are to be left out."""
        if self.unwanted and not self.unwanted.isdisjoint(map(id, mro(cls))):
            return True
        return bool(self.names) and not self.names.isdisjoint(_names_of(cls))


def _names_of(cls: type) -> list[str]:
    """Return by what names a class can be left out: its own, with its module, its module, each package above."""
    module, name = module_name(cls), plain_name(cls)
    parts = module.split(".")
    return [name, f"{module}.{name}", *(".".join(parts[:end]) for end in range(1, len(parts) + 1))]


def limits_of(
    roots: int,
    max_nodes: int,
    max_depth: int | None,
    include: Collection[str | type] | str | type = (),
    exclude: Collection[str | type] | str | type = (),
) -> Limits:
    """Check the arguments that say what belongs into a picture.

    Raises:
        GraphError: one of them is wrong; the message says which one and what it may be.

    """
    if not roots:
        raise GraphError("there is nothing to draw: give at least one object")
    _check_number("max_nodes", max_nodes, 1)
    if max_depth is not None:
        _check_number("max_depth", max_depth, 0)
    words, wanted = _sorted_out("include", include)
    names, unwanted = _sorted_out("exclude", exclude)
    unknown = sorted(words - set(INCLUDE))
    if unknown:
        known = ", ".join(map(repr, INCLUDE))
        raise GraphError(f"include knows no {', '.join(map(repr, unknown))}; it takes {known}, and classes")
    return Limits(max_nodes, max_depth, words, wanted, unwanted, names)


def _check_number(name: str, value: object, least: int) -> None:
    if type(value) is not int:
        raise GraphError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < least:
        raise GraphError(f"{name} must be at least {least}, not {value}")


def _sorted_out(argument: str, given: object) -> tuple[frozenset[str], frozenset[int]]:
    """Return the words, and the ids of the classes, of an argument that takes one of them or several."""
    single = is_a(given, (str, type))
    if not single and not is_a(given, (list, tuple, set, frozenset, dict)):
        raise GraphError(f"{argument} takes classes and names, in a list or a tuple, not {type(given).__name__}")
    values = [given] if single else list(given)  # type: ignore[call-overload]
    words = frozenset(value for value in values if is_a(value, str))
    classes = frozenset(id(value) for value in values if is_a(value, type))
    wrong = [type(value).__name__ for value in values if not is_a(value, (str, type))]
    if wrong:
        raise GraphError(
            f"{argument} takes classes and names of classes, modules or packages, not {', '.join(wrong)}. "
            "It calls no function on the objects: that could change the counts that the picture shows."
        )
    return words, classes
