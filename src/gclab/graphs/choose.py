"""Which objects are drawn when there are more than a picture can hold.

The nearest ones alone would say little about a large graph. Looked for are references that nobody explains, and
cycles; so these come first, each with its way from a root. The nearest objects fill the rest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Boxes", "choose"]

_MOST_OF_ONE: Final = 12  # boxes that one owner brings into the rest: a row of 60 is no picture
_MOST_NEAREST: Final = 20  # or a third of the limit: boxes up to which the nearest ones fill the rest


@dataclass
class Boxes:
    """What could be drawn: objects, or sets of like objects.

    Attributes:
        parent: for each box, one that refers to it and is nearer to a root; -1 for roots.
        roots: drawn in any case.
        marked: boxes with unexplained references, nearest first.
        rings: cycles, each as its boxes, nearest first.
        wanted: boxes that were asked for, nearest first.

    """

    parent: list[int]
    roots: Sequence[int]
    marked: Sequence[int] = ()
    rings: Sequence[Sequence[int]] = ()
    wanted: Sequence[int] = ()
    chosen: set[int] = field(default_factory=set)

    def _way(self, box: int) -> list[int]:
        """Return a box and what leads to it, up to what is drawn already."""
        way = []
        while box not in self.chosen:
            way.append(box)
            box = self.parent[box]
        return way

    def add(self, boxes: Iterable[int], most: int) -> None:
        """Choose some boxes together with the way to them; without the way if it is too long; or none of them."""
        boxes = [box for box in boxes if box not in self.chosen]
        if not boxes:
            return
        for some in ({*boxes, *self._way(boxes[0])}, set(boxes)):
            if len(self.chosen) + len(some) <= most:
                self.chosen |= some
                return


def choose(boxes: Boxes, most: int) -> set[int]:
    """Return the boxes to draw: the roots, and in all `most` at most, unless there are more roots."""
    if len(boxes.parent) <= most:
        return set(range(len(boxes.parent)))
    boxes.chosen = set(boxes.roots)
    for box in boxes.marked:
        boxes.add([box], most // 2)  # the other half is for cycles
    for ring in boxes.rings:
        boxes.add(ring, most)
    for box in (*boxes.marked, *boxes.wanted):
        boxes.add([box], most)
    brought = Counter(boxes.parent[box] for box in boxes.chosen)
    for box, parent in enumerate(boxes.parent):
        if len(boxes.chosen) >= min(most, max(_MOST_NEAREST, most // 3)):
            break
        if box not in boxes.chosen and parent in boxes.chosen and brought[parent] < _MOST_OF_ONE:
            boxes.chosen.add(box)
            brought[parent] += 1
    return boxes.chosen
