"""What a benchmark found: tables to read, and the bars that must hold; as text and as data."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Value = str | int | float


@dataclass(frozen=True)
class Table:
    """Figures, the first column of which says what was measured."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def text(self) -> str:
        """Write the table in columns."""
        cells = [self.columns, *([shown(value) for value in row] for row in self.rows)]
        widths = [max(len(row[place]) for row in cells) for place in range(len(self.columns))]
        lines = [
            "  ".join(cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(columns))
            for columns in (zip(row, widths, strict=True) for row in cells)
        ]
        return "\n".join([self.title, *lines])


@dataclass(frozen=True)
class Bar:
    """A figure that must not be above its limit."""

    what: str
    figure: float
    limit: float

    @property
    def held(self) -> bool:
        """Whether the figure is good enough."""
        return self.figure <= self.limit

    def text(self) -> str:
        """Write the bar in a line."""
        return f"{'held' if self.held else 'MISSED':8}{self.what}: {shown(self.figure)}, at most {shown(self.limit)}"


def shown(value: Value) -> str:
    """Write a value so that the columns of a table are easy to compare."""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def progress(text: str) -> None:
    """Say on the terminal what is measured now; an empty text removes the line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def report(tables: list[Table], bars: list[Bar], data: Path | None) -> int:
    """Print everything, write it as JSON if there is a file for it, and return the exit code."""
    for table in tables:
        print(f"{table.text()}\n")
    for bar in bars:
        print(bar.text())
    if data is not None:
        found = {
            "tables": [asdict(table) for table in tables],
            "bars": [{**asdict(bar), "held": bar.held} for bar in bars],
        }
        data.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if all(bar.held for bar in bars) else 1
