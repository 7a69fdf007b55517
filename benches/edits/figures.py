"""What was measured of each tool, and what it says: the table and the goals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import median

from results import Bar, Table, Value

COLUMNS = ("tool", "version", "edit", "least", "x %%pyo3", "cold", "unchanged", "new process", "in one process")
OLD_CODE = "OLD CODE"


class OldCodeError(Exception):
    """The number that Python read was that of an earlier edit."""

    def __init__(self, found: int, expected: int) -> None:
        super().__init__(f"{OLD_CODE}: the number {found} was read, not {expected}")


def checked(found: int, expected: int) -> None:
    """Refuse what was measured while old code ran."""
    if found != expected:
        raise OldCodeError(found, expected)


@dataclass
class Figures:
    """The times of one tool in seconds. One that has failed in any round has no figures, only `trouble`.

    `in_one_process` says whether a process that has loaded the class loads an edited one, and `remark` why not.
    """

    name: str
    version: str
    edits: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    new_process: list[float] = field(default_factory=list)
    in_one_process: str = ""
    remark: str = ""
    trouble: str = ""

    def milliseconds(self, times: list[float]) -> float:
        """Return the median; without any time it is infinite, which holds no goal."""
        return 1000 * median(times) if times and not self.trouble else math.inf

    def row(self, edit: float) -> tuple[Value, ...]:
        """Write the figures; `edit` is what ``%%pyo3`` needs in the same run."""
        if self.trouble:
            what = OLD_CODE if self.trouble.startswith(OLD_CODE) else "failed"
            return (self.name, self.version, what, *["-"] * (len(COLUMNS) - 3))
        mine, least = self.milliseconds(self.edits), 1000 * min(self.edits, default=math.inf)
        edits = (written(mine), written(least), times_as_long(mine, edit))
        rest = (written(self.milliseconds(times)) for times in (self.cold, self.unchanged, self.new_process))
        return (self.name, self.version, *edits, *rest, self.in_one_process)


def written(figure: float) -> Value:
    """Write milliseconds: whole ones, but parts of short times."""
    if math.isinf(figure):
        return "-"
    return figure if figure < 10 else round(figure)  # noqa: PLR2004 - where two digits say enough


def times_as_long(figure: float, other: float) -> Value:
    """Say how many times as long as another this takes."""
    return "-" if math.isinf(figure) or math.isinf(other) else f"{figure / other:.1f}"


def table(ours: Figures, others: list[Figures]) -> Table:
    """Write the table, in milliseconds."""
    edit = ours.milliseconds(ours.edits)
    title = "Milliseconds from new source to the class in Python, median (cold: nothing compiled before, once)"
    return Table(title, COLUMNS, tuple(figures.row(edit) for figures in (ours, *others)))


def bars(ours: Figures, maturin: Figures, others: list[Figures]) -> list[Bar]:
    """Return the goals. What could not be measured of ``%%pyo3`` or ``maturin develop`` misses them."""
    edit = ours.milliseconds(ours.edits)
    found = [
        Bar(f"{ours.name}, ms from an edit to imported", edit, 300),
        Bar(f"{ours.name}, ms for the first cell", ours.milliseconds(ours.cold), 15_000),
        Bar(f"{ours.name}, ms for an unchanged cell", ours.milliseconds(ours.unchanged), 10),
        Bar(f"{ours.name}, ms for an unchanged cell in a new process", ours.milliseconds(ours.new_process), 10),
        Bar(f"{ours.name} / {maturin.name}", ratio(edit, maturin), 0.15),
    ]
    compared = [other for other in others if other.edits and not other.trouble and other is not maturin]
    return [*found, *(Bar(f"{ours.name} / {other.name}", ratio(edit, other), 1) for other in compared)]


def ratio(edit: float, other: Figures) -> float:
    """Return how much of the other's time this takes; infinite if either is not known."""
    theirs = other.milliseconds(other.edits)
    return math.inf if math.isinf(theirs) else edit / theirs


def notes(all_figures: list[Figures]) -> list[str]:
    """Say which tools have no figures, which cannot load twice in one process, and why."""
    missing = [f"not measured: {found.name}: {found.trouble}" for found in all_figures if found.trouble]
    return missing + [f"in one process: {found.name}: {found.remark}" for found in all_figures if found.remark]
