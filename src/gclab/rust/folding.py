"""What of a message of rustc is about the cell. The rest is folded away.

Whole lines are left out, and only the gutter of those that stay becomes narrower: every word is rustc's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PART = re.compile(r"(?:note|help|warning|error)(?:\[\w+\])?: | *= (?:note|help|warning): ")
_PLACE = re.compile(r" *(?:-->|:::) (.*)")
_NUMBER = re.compile(r" *(\d+) [|+~-]")
_GUTTER = re.compile(r"( *)(?:--> | \|| = )")
_BAR = re.compile(r" *\|\s*")
# Remarks without a place: about code of a macro, about implementations elsewhere, about how rustc works or was called.
_ELSEWHERE = re.compile(
    r" *= \w+: (?:the following other types implement|required (?:for|because)"
    r"|\d+ redundant requirement|\.\.\.which|evaluation of `|see https://rustc-dev-guide|requested on the command line)"
)
# What there is instead stays, without the place where it is written.
_NAMES_ANOTHER = re.compile(r"help: there is (?:a|an) ")
# The name of a macro, which stands in the cell: not even worth to be counted.
_ORIGIN = re.compile(r" *= \w+: this \w+ originates in")


def plain(text: str) -> str:
    """Remove the colour from a text."""
    return _COLOUR.sub("", text)


def fold(lines: list[str], is_elsewhere: Callable[[str], bool]) -> tuple[list[str], int]:
    """Leave out what a message says about code that is not the user's.

    Args:
        lines: the message as rustc renders it; each line ends in a line break.
        is_elsewhere: tells whether a place, as in ``--> PLACE``, is in such code.

    Returns:
        the lines that stay, and the number of parts that do not.

    """
    kept: list[str] = []
    folded = 0
    parts = [part for part in _split(lines, _PART) if not _ORIGIN.match(plain(part[0]))]
    for number, part in enumerate(parts):
        text, *excerpts = _split(part, _PLACE)
        own = [excerpt for excerpt in excerpts if not is_elsewhere(_place(excerpt))]
        folded += len(excerpts) - len(own)
        if number and excerpts and not own:
            kept += text if _NAMES_ANOTHER.match(plain(text[0])) else []
            continue
        if number and _ELSEWHERE.match(plain(text[0])):
            folded += 1
            continue
        kept += text
        for place, excerpt in enumerate(own):
            first = excerpt[0] if place else excerpt[0].replace("::: ", "--> ")
            kept += [first, *excerpt[1:]]
    return [*_narrow(_trimmed(kept)), "\n"] if kept != lines else lines, folded


def head(lines: list[str]) -> list[str]:
    """Return what a message says before its notes."""
    return next(_split(lines, _PART))


def add_help(lines: list[str], text: str) -> list[str]:
    """Return a message with one more note at its end."""
    lines = _trimmed(lines)
    gutter = next((found[1] for line in lines if (found := _GUTTER.match(plain(line)))), "") + " "
    blue, bold, end = "\x1b[1m\x1b[94m", "\x1b[1m", "\x1b[0m"
    return [*lines, f"{gutter}{blue}|{end}\n", f"{gutter}{blue}= {end}{bold}help{end}: {text}\n", "\n"]


def _trimmed(lines: list[str]) -> list[str]:
    """Leave out the empty lines at the end, and the bars of the gutter that lead to what is not there any more."""
    while len(lines) > 1 and (not lines[-1].strip() or _BAR.fullmatch(plain(lines[-1]))):
        lines = lines[:-1]
    return lines


def _split(lines: list[str], start: re.Pattern[str]) -> Iterator[list[str]]:
    """Yield the lines before the first that matches `start`, and then each group that begins with such a line."""
    group: list[str] = []
    for number, line in enumerate(lines):
        if number and start.match(plain(line)):
            yield group
            group = []
        group.append(line)
    yield group


def _place(excerpt: list[str]) -> str:
    found = _PLACE.match(plain(excerpt[0]))
    return found[1] if found else ""


def _narrow(lines: list[str]) -> list[str]:
    """Make the gutter as wide as the line numbers that are left: it must not tell of a file that is not shown."""
    first = next((number for number, line in enumerate(lines) if _GUTTER.match(plain(line))), len(lines))
    gutters = [found[1] for line in lines[first:] if (found := _GUTTER.match(plain(line)))]
    widest = max((len(found[1]) for line in lines[first:] if (found := _NUMBER.match(plain(line)))), default=1)
    excess = min(map(len, gutters), default=0) - widest
    if excess <= 0:
        return lines
    spaces = re.compile(rf"((?:\x1b\[[0-9;]*m)*(?:\.\.\.)?) {{{excess}}}")
    return [
        *lines[:first],
        *(spaces.sub(r"\1", line, count=1) if spaces.match(line) else line for line in lines[first:]),
    ]
