"""Cargo's JSON messages to diagnostics that can be shown: in colour or plain, without a path of this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gclab.rust.toolchain import cargo_home

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gclab.rust.cell import Cell

Message = dict[str, Any]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Closing words that repeat or count what stands above them.
_SUMMARY = re.compile(r"aborting due to|\d+ warnings? emitted|For more information about|Some errors have detailed")
_ABOUT_FILES = re.compile(
    r"the full (?:name|type)[^\n]* has been written to|consider using `--verbose` to print the full"
)
_CODE = re.compile(r"\s*\d+ [|+~-] ")
_SEGMENT = r"[^\\/\s]+[\\/]"


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning of rustc, as it renders it, in colour."""

    level: str
    code: str
    rendered: str
    placed: bool

    @property
    def text(self) -> str:
        """The same without colour."""
        return plain(self.rendered)

    @property
    def is_error(self) -> bool:
        """Whether it stops the build."""
        return self.level.startswith("error")


@dataclass(frozen=True)
class Paths:
    """Folders of this machine that must not be seen in a message."""

    crates: Path
    slot: Path
    target: Path

    def remove(self, text: str) -> str:
        """Shorten every path: of a crate it keeps the name and what is inside, of ``std`` ``library/..``."""
        text = re.sub(rf"{_start(cargo_home())}registry[\\/]src[\\/]{_SEGMENT}", "", text)
        text = re.sub(rf"{_start(cargo_home())}git[\\/]checkouts[\\/]{_SEGMENT}{_SEGMENT}", "", text)
        text = re.sub(r"(?:[A-Za-z]:)?[\\/][^\s'\"`\x1b]*?[\\/]rustlib[\\/]src[\\/]rust[\\/]", "", text)
        text = re.sub(r"[\\/]rustc[\\/][0-9a-f]{40}[\\/]", "", text)
        text = re.sub(rf" \({_start(self.slot)[:-5]}\)|{_start(self.crates)}|{_start(self.slot)}", "", text)
        text = re.sub(r"[^\s(`']*[\\/]{1,2}\.*Cargo\.toml", "Cargo.toml", text)
        text = re.sub(_start(self.target), "target/", text)
        return re.sub(_start(Path.home()), "~/", text)


def read_diagnostics(messages: Iterable[Message], crate: str, cell: Cell, paths: Paths) -> tuple[Diagnostic, ...]:
    """Return what rustc says about the cell itself; about its dependencies nothing.

    An error in the module that gclab added only repeats one in the cell, and is left out when there is one. So is
    a text that rustc repeats word for word, as it does where a macro puts one span into several places.
    """
    own = [found["message"] for found in messages if found["target"]["name"] == crate]
    own = [message for message in own if not _is_summary(message)]
    written = [message for message in own if not _is_added(message, cell)]
    if any(message["level"].startswith("error") for message in written):
        own = written
    return tuple(dict.fromkeys(_diagnostic(message, paths) for message in own))


def codes(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return the codes of the errors, each once, in order."""
    return tuple(dict.fromkeys(found.code for found in diagnostics if found.is_error and found.code))


def plain(text: str) -> str:
    """Remove the colour from a text."""
    return _COLOUR.sub("", text)


def _diagnostic(message: Message, paths: Paths) -> Diagnostic:
    lines = [line for line in message["rendered"].splitlines(keepends=True) if not _ABOUT_FILES.search(plain(line))]
    # A path that the user wrote stays: to shorten it would move rustc's marks below it.
    shown = [line if _CODE.match(plain(line)) else paths.remove(line) for line in lines]
    code = message["code"]["code"] if message["code"] else ""
    return Diagnostic(message["level"], code, "".join(shown), bool(message["spans"]))


def _is_summary(message: Message) -> bool:
    return message["level"] == "failure-note" or (not message["spans"] and bool(_SUMMARY.match(message["message"])))


def _is_added(message: Message, cell: Cell) -> bool:
    places = [span["line_start"] for span in message["spans"] if span["is_primary"]]
    return bool(places) and min(places) > cell.lines


def _start(folder: Path) -> str:
    """Match a folder and the separator after it, written either way."""
    parts = [re.escape(part.rstrip("\\/")) for part in folder.parts]
    return r"[\\/]".join([*parts, ""]) if len(parts) > 1 else "(?!)"
