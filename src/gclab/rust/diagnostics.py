"""Cargo's JSON messages to diagnostics that can be shown: short, in colour, without a path of this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gclab.rust.echoes import find_echoes, places
from gclab.rust.folding import add_help, fold, head, plain
from gclab.rust.hints import advice, answer, for_a_cell
from gclab.rust.toolchain import cargo_home

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gclab.rust.cell import Cell

Message = dict[str, Any]

# Not every reader knows the codes 90 to 97 for bright colours: the book's does not. All know these.
_BRIGHT = re.compile(r"\x1b\[9([0-7])m")
# Closing words that repeat or count what stands above them.
_SUMMARY = re.compile(r"aborting due to|\d+ warnings? emitted|For more information about|Some errors have detailed")
# The user names a module, not a crate.
_CRATE_NAME = re.compile(r"crate `\w+` should have a snake case name")
_ABOUT_FILES = re.compile(
    r"the full (?:name|type)[^\n]* has been written to|consider using `--verbose` to print the full"
)
_CODE = re.compile(r"\s*\d+ [|+~-] ")
_SEGMENT = r"[^\\/\s]+[\\/]"


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning of rustc, in colour.

    `rendered` is what is about the cell, and empty if that stands in another one; `folded` counts the parts that are
    not in it; `whole` has them all. `placed` tells whether rustc points at a place.
    """

    level: str
    code: str
    rendered: str
    whole: str
    folded: int
    placed: bool

    @property
    def text(self) -> str:
        """What is about the cell, without colour."""
        return plain(self.rendered)

    @property
    def is_error(self) -> bool:
        """Whether it stops the build."""
        return self.level.startswith("error")

    def away(self) -> Diagnostic:
        """Return the same, folded as a whole."""
        return replace(self, rendered="", folded=1)


@dataclass(frozen=True)
class Paths:
    """Folders of this machine that must not be seen in a message."""

    crates: Path
    slot: Path
    target: Path

    @cached_property
    def _elsewhere(self) -> re.Pattern[str]:
        """The start of a path in a crate that is not the user's: of a registry, of ``std``, or of gclab."""
        home = _start(cargo_home())
        return re.compile(
            rf"{home}registry[\\/]src[\\/]{_SEGMENT}|{home}git[\\/]checkouts[\\/]{_SEGMENT}{_SEGMENT}"
            r"|(?:[A-Za-z]:)?[\\/][^\s'\"`\x1b]*?[\\/]rustlib[\\/]src[\\/]rust[\\/]"
            rf"|[\\/]rustc[\\/][0-9a-f]{{40}}[\\/]|{_start(self.crates)}"
        )

    def is_elsewhere(self, place: str) -> bool:
        """Tell whether a place, as rustc writes it, is in code that is not the user's."""
        return bool(self._elsewhere.match(place))

    def remove(self, text: str) -> str:
        """Shorten every path: of a crate it keeps the name and what is inside, of ``std`` ``library/..``."""
        text = re.sub(rf" \({_start(self.slot)[:-5]}\)", "", text)
        text = self._elsewhere.sub("", text)
        text = re.sub(_start(self.slot), "", text)
        text = re.sub(r"[^\s(`']*[\\/]{1,2}\.*Cargo\.toml", "Cargo.toml", text)
        text = re.sub(_start(self.target), "target/", text)
        return re.sub(_start(Path.home()), "~/", text)


def read_diagnostics(messages: Iterable[Message], crate: str, cell: Cell, paths: Paths) -> tuple[Diagnostic, ...]:
    """Return what rustc says about the cell itself; about its dependencies nothing.

    An error in the module that gclab added only repeats one in the cell, and is left out when there is one. So is
    a text that rustc repeats word for word, as it does where a macro puts one span into several places.
    """
    own = [found["message"] for found in messages if found["target"]["name"] == crate]
    own = [one for one in own if not (_is_summary(one) or _CRATE_NAME.match(one["message"]))]
    written = [message for message in own if not _is_added(message, cell, paths)]
    if any(message["level"].startswith("error") for message in written):
        own = written
    found = [_diagnostic(message, paths) for message in own]
    whole = [diagnostic.whole for diagnostic in found]
    echoes = find_echoes(own, cell.source, paths.is_elsewhere)
    return tuple(
        diagnostic.away() if echo else diagnostic
        for place, (diagnostic, echo) in enumerate(zip(found, echoes, strict=True))
        if diagnostic.whole not in whole[:place]
    )


def codes(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return the codes of the errors, each once, in order."""
    return tuple(dict.fromkeys(found.code for found in diagnostics if found.is_error and found.code))


def show(diagnostics: Iterable[Diagnostic], *, whole: bool = False) -> str:
    """Return the text to show, in colour: what is about the cell and how much else there is, or all of it."""
    diagnostics = list(diagnostics)
    count = 0 if whole else sum(found.folded for found in diagnostics)
    shown = "".join(found.whole if whole else found.rendered for found in diagnostics)
    if not count:
        return f"{shown.rstrip()}\n" if shown else ""
    return f"{shown}{count} more {'message is' if count == 1 else 'messages are'} folded: %%pyo3 --verbose shows all.\n"


def _diagnostic(message: Message, paths: Paths) -> Diagnostic:
    lines = [line for line in message["rendered"].splitlines(keepends=True) if not _ABOUT_FILES.search(plain(line))]
    kept, folded = fold(lines, paths.is_elsewhere)
    if hint := answer(message["message"]):
        kept, folded = add_help(head(lines), hint), 0
    elif hint := advice(message["message"]):
        kept = add_help(kept, hint)
    code = message["code"]["code"] if message["code"] else ""
    rendered, whole = ("".join(_for_all(line, paths) for line in some) for some in (kept, lines))
    return Diagnostic(message["level"], code, rendered, whole, folded, bool(message["spans"]))


def _for_all(line: str, paths: Paths) -> str:
    """Take out of a line what is so on this machine, or in this run, only."""
    # The crate is called as the module: the name that cargo knows depends on what else runs.
    line = line.replace(f"gclab_{paths.slot.name}", paths.slot.name.rpartition("_")[0])
    line = _BRIGHT.sub(lambda found: f"\x1b[38;5;{8 + int(found[1])}m", line)
    # A path that the user wrote stays: to shorten it would move rustc's marks below it.
    return line if _CODE.match(plain(line)) else for_a_cell(paths.remove(line))


def _is_summary(message: Message) -> bool:
    return message["level"] == "failure-note" or (not message["spans"] and bool(_SUMMARY.match(message["message"])))


def _is_added(message: Message, cell: Cell, paths: Paths) -> bool:
    # What a macro of another crate writes is placed in that crate's file, whose lines are not those of the cell.
    lines = [line for file, line, _ in places(message) if not paths.is_elsewhere(file)]
    return bool(lines) and min(lines) > cell.lines


def _start(folder: Path) -> str:
    """Match a folder and the separator after it, written either way."""
    parts = [re.escape(part.rstrip("\\/")) for part in folder.parts]
    return r"[\\/]".join([*parts, ""]) if len(parts) > 1 else "(?!)"
