"""The smallest cycle of a leak, as one line of text and as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gclab.graphs.draw import ObjectGraph
from gclab.graphs.model import Edge, Node

if TYPE_CHECKING:
    from gclab.leaks.roots import Step

__all__ = ["Cycle"]

_NOT_REPORTED = "not reported"


@dataclass(frozen=True)
class Cycle:
    """Objects of which each refers to the next one, and the last one to the first.

    Attributes:
        steps: the objects; the label of each is that of its reference to the next one.
        hiding: the place in `steps` of the object that does not report its reference; None if all are reported.
        native: the place in `steps` of an object that is written in Rust or C; None if that is not known.

    """

    steps: tuple[Step, ...]
    hiding: int | None
    native: int | None = None

    def from_step(self, place: int) -> Cycle:
        """Return the same cycle, told from another of its objects."""
        number = len(self.steps)
        moved = [None if at is None else (at - place) % number for at in (self.hiding, self.native)]
        return Cycle(self.steps[place:] + self.steps[:place], *moved)

    def __str__(self) -> str:
        words = [f"{_title(step)} {self._arrow(place)} " for place, step in enumerate(self.steps)]
        return "".join([*words, _title(self.steps[0])])

    def _arrow(self, place: int) -> str:
        if place == self.hiding:
            return f"..{_NOT_REPORTED}..>"
        label = self.steps[place].label.removeprefix(".")
        return f"--{label}-->" if label else "-->"

    def graph(self, *notes: str) -> ObjectGraph:
        """Return the cycle as a picture with `notes` below it."""
        ids = tuple(f"n{place}" for place in range(len(self.steps)))
        nodes = tuple(
            Node(ids[place], step.type_name, step.text, kind="native" if place == self.native else "python",
                 in_cycle=True)
            for place, step in enumerate(self.steps)
        )  # fmt: skip
        edges = tuple(
            Edge(ids[place], ids[(place + 1) % len(ids)],
                 _NOT_REPORTED if place == self.hiding else step.label.removeprefix("."), in_cycle=True)
            for place, step in enumerate(self.steps)
        )  # fmt: skip
        return ObjectGraph(nodes, edges, (ids,), notes=notes)


def _title(step: Step) -> str:
    return f"{step.type_name} {step.text}".rstrip()
