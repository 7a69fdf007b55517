"""Every message that the tests of the crates record is an output of the page of messages, or stands in a list here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.chapters.pages import ROOT

if TYPE_CHECKING:
    from tests.chapters.outputs import Runs

PAGE = "notebooks/12-errors"
GOLDENS = ROOT / "crates" / "pyo3-gc" / "tests" / "ui"

# A message that no cell shows, and why.
NOT_SHOWN = {
    "multiple applicable items in scope": "follows from E0592, with which it comes; gclab folds it",
    "unresolved import `_::unlink`": "the same message for the other function of the module",
}

_FIRST_LINE = re.compile(r"(?:error|warning)(?:\[(?P<code>E\d+)\])?: (?P<text>.+)")
_DECLARED = re.compile(r"\b(?:struct|enum|union|trait|type|mod)\s+(\w+)")
_PATHS = re.compile(r"\b(?:\w+::)+(?=\w)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def normalised(text: str, code: str | None, source: str) -> str:
    """Return a message without what the names in the class, or the value that was written, make of it."""
    text = text.removeprefix("evaluation panicked: ")
    if code in {"E0277", "E0310", "E0391"}:
        return re.sub(r"`[^`]+`", "`_`", text)
    declared = set(_DECLARED.findall(source))
    if declared:
        words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, declared))})(?!\w)")
        text = re.sub(r"`[^`]+`", lambda quoted: words.sub("_", quoted[0]), text)
    text = re.sub(r"field `[^`]+`", "field `_`", text)
    text = re.sub(r"did you mean `[^`]+`", "did you mean `_`", text)
    text = re.sub(r"`\w+` is written twice", "`_` is written twice", text)
    text = re.sub(r"(expected `true` or `false`), as in `.+`", r"\1", text)
    text = re.sub(r"Py<\w+>", "Py<_>", text)
    return re.sub(
        r"(conflicting implementations of trait `)([^`]+)", lambda found: found[1] + _PATHS.sub("", found[2]), text
    )


def messages(text: str, source: str) -> set[str]:
    """Collect what stands in the first line of each error or warning."""
    found = map(_FIRST_LINE.fullmatch, _COLOUR.sub("", text).splitlines())
    return {normalised(line["text"], line["code"], source) for line in found if line}


def recorded() -> dict[str, str]:
    """Collect the messages of the goldens, each with one of its files."""
    return {
        message: str(path.relative_to(GOLDENS))
        for path in sorted(GOLDENS.rglob("*.stderr"))
        for message in messages(path.read_text("utf-8"), path.with_suffix(".rs").read_text("utf-8"))
    }


@pytest.fixture
def shown(page: str, runs: Runs) -> set[str]:
    """Collect the messages that the cells of the page print."""
    found: set[str] = set()
    for cell in runs[page].result():
        text = "".join(output["text"] for output in cell["outputs"] if output["output_type"] == "stream")
        # A cell that prints records shows their names, not its own.
        sources = [*GOLDENS.rglob("*.rs")] if "recorded(" in cell["source"] else []
        source = "\n".join([cell["source"], *(path.read_text("utf-8") for path in sources)])
        found |= messages(text, source)
    return found


@pytest.mark.parametrize("page", [PAGE])
def test_every_message_is_shown(shown: set[str]) -> None:
    missing = {text: file for text, file in recorded().items() if text not in shown | set(NOT_SHOWN)}
    assert not missing
    assert len(recorded()) > 60, "the goldens are found"


@pytest.mark.parametrize("page", [PAGE])
def test_what_is_not_shown_exists_and_is_not_shown(shown: set[str]) -> None:
    assert set(NOT_SHOWN) <= set(recorded())
    assert not set(NOT_SHOWN) & shown
