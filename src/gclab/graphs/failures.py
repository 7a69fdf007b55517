"""Objects whose traverse fails, in words: nobody, and no collector, is told of all that they own."""

from __future__ import annotations

import gc
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from gclab.graphs.labels import type_name
from gclab.graphs.model import plural
from gclab.graphs.references import failing

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Failures", "by_class", "notes_on", "sentences", "words"]

Failures = tuple[tuple[str, int], ...]
"""The names of classes, each with the number of its objects whose traverse fails."""

_MEANING: Final = "what a traverse does not visit before it fails is unexplained (in PyO3: it panics, or attaches)"


def by_class(failed: Iterable[object]) -> Failures:
    """Count objects by the name of the class, the most frequent one first."""
    return tuple(Counter(type_name(type(item)) for item in failed).most_common())


def words(found: Failures) -> list[str]:
    """Return a phrase for each class, and what it means; nothing if there is none."""
    failed = [f"the traverse of {plural(number, 'object')} of class {name} fails" for name, number in found]
    return [*failed, _MEANING] if failed else []


def sentences(phrases: Iterable[str]) -> str:
    """Turn what `words` returns into sentences."""
    return " ".join(f"{phrase[0].upper()}{phrase[1:]}." for phrase in phrases)


def notes_on(drawn: list[Any], *, unexplained: bool) -> list[str]:
    """Return the notes on a picture: on its own objects, or on all tracked ones if something in it is unexplained."""
    return words(by_class(failing(gc.get_objects() if unexplained else drawn)))
