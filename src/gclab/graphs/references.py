"""How many references there are to objects that a list holds, without those of the question itself."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["reference_counts"]


def reference_counts(items: list[Any]) -> list[int]:
    """Return the number of references to each of `items` that do not come from the list, or from counting them.

    An object that nothing but the list holds is counted with them, and its count is taken off: so no interpreter's
    own way to call a function has to be known. The caller's variables count.
    """
    items.append(object())
    counts = list(map(sys.getrefcount, items))
    items.pop()
    own = counts.pop()
    return [count - own for count in counts]
