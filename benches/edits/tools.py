"""How a tool is timed: from before the source is written until the number of its class has been read."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from edits.figures import checked
from edits.process import Kernel, environment, kernel, run
from edits.source import READ

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edits.figures import Figures


class Tool(Protocol):
    """A way from an edit to the loaded class. Numbers grow; a `slow` tool compiles PyO3 for every one of them."""

    figures: Figures
    folder: Path
    slow: bool

    def edit(self, number: int) -> float:
        """Return the seconds from the new source to the new number."""

    def unchanged(self, number: int) -> float | None:
        """Return the seconds for the same source in the same process, if the tool is used in one that stays open."""

    def new_process(self, number: int) -> float:
        """Return the seconds for the same source in a new process."""

    def in_one_process(self, number: int) -> bool:
        """Return whether a process that has loaded `number` also loads the next."""

    def close(self) -> None:
        """End what is still open."""


@dataclass
class Magic:
    """A cell magic in a kernel that stays open. The start of a kernel is not measured: it is there before the cell."""

    figures: Figures
    folder: Path
    command: tuple[str, ...]
    cell: Callable[[int], str]
    slow: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._variables = environment(self.folder, self.variables)
        self._kernel = Kernel(self.command, self.folder, self._variables)

    def edit(self, number: int) -> float:
        """Run the changed cell."""
        return self._timed(self._kernel, number)

    def unchanged(self, number: int) -> float:
        """Run the cell once more."""
        return self._timed(self._kernel, number)

    def new_process(self, number: int) -> float:
        """Run the cell in a new kernel."""
        with kernel(self.command, self.folder, self._variables) as opened:
            return self._timed(opened, number)

    def in_one_process(self, number: int) -> bool:
        """Run the next cell; every edit before it has been the same question."""
        return self._kernel.run(self.cell(number + 1)) == number + 1

    def close(self) -> None:
        """End the kernel."""
        self._kernel.close()

    def _timed(self, opened: Kernel, number: int) -> float:
        cell = self.cell(number)
        started = time.perf_counter()
        found = opened.run(cell)
        taken = time.perf_counter() - started
        checked(found, number)
        return taken


@dataclass(frozen=True)
class Recipe:
    """How a file becomes a class: where it lies, its text, what loads it first and again, and what builds it before."""

    path: str
    text: Callable[[int], str]
    load: str
    reload: str
    build: tuple[str, ...] = ()


@dataclass
class FromFile:
    """A file of Rust that a command or its import builds. An edit is loaded by a new process, whose start counts."""

    figures: Figures
    folder: Path
    python: str
    recipe: Recipe
    slow: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._variables = environment(self.folder, self.variables)

    def edit(self, number: int) -> float:
        """Write the changed file, build and import it."""
        started = time.perf_counter()
        self._write(number)
        return self._loaded(number, started)

    def unchanged(self, number: int) -> None:
        """Return nothing: a process that has imported the class need not do so again."""

    def new_process(self, number: int) -> float:
        """Build and import the file as it is."""
        return self._loaded(number, time.perf_counter())

    def in_one_process(self, number: int) -> bool:
        """Import, write the next file, build, and import again."""
        with kernel((self.python, READ), self.folder, self._variables) as opened:
            opened.run(self.recipe.load)
            self._write(number + 1)
            self._build()
            return opened.run(self.recipe.reload) == number + 1

    def close(self) -> None:
        """Do nothing: no process stays open."""

    def _write(self, number: int) -> None:
        (self.folder / "work" / self.recipe.path).write_text(self.recipe.text(number), encoding="utf-8")

    def _build(self) -> None:
        if self.recipe.build:
            run(self.recipe.build, self.folder, self._variables)

    def _loaded(self, number: int, started: float) -> float:
        self._build()
        with kernel((self.python, READ), self.folder, self._variables) as opened:
            found = opened.run(self.recipe.load)
            taken = time.perf_counter() - started
        checked(found, number)
        return taken
