"""What the cells of a page gave: run a page, look for what differs from run to run, keep it, and compare two runs."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import html
import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupytext
import nbclient
from jupyter_cache import get_cache
from myst_nb.core.utils import coalesce_streams

from tests.chapters.pages import ROOT, read

if TYPE_CHECKING:
    from concurrent.futures import Future

RECORD = ROOT / "target" / "book-outputs"
MEASURED = "measured"  # the tag of cells whose output is allowed to differ
COMPARED = ("text/plain", "text/html")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
UNSEEN = re.compile(r"<style\b.*?</style>|<[^>]*>", re.DOTALL)
CHANGING = {
    "a path of the machine": re.compile(
        "|".join(
            re.escape(folder)
            for folder in sorted(
                {str(ROOT), str(ROOT.resolve()), str(Path.home()), tempfile.gettempdir(), "/tmp", "/home/", "/Users/"}  # noqa: S108 - only searched for
                | {os.environ[name] for name in ("GCLAB_CACHE", "CARGO_TARGET_DIR") if os.environ.get(name)}
            )
            if len(folder) > 1
        )
    ),
    "an address": re.compile(r"\b0x[0-9a-fA-F]{4,}"),
    "the number of a thread": re.compile(r"thread '[^']*' \(\d+\)"),
}
# A limit of whole seconds is the page's own and the same in every run; what was measured has a fraction, or is short.
DURATION = re.compile(r"\b\d+(?:\.\d+ ?s(?:ec(?:onds?)?)?| ?(?:ms|[µμ]s|us|ns)|\.\d+ ?(?:min(?:utes?)?|m|h))\b")

Cell = dict[str, Any]
Output = dict[str, Any]
Runs = dict[str, "Future[list[Cell]]"]  # by the name of the page


def run(page: str) -> list[Cell]:
    """Run a page from its Markdown; return its code cells with their outputs, and write them down."""
    path = ROOT / f"{page}.md"
    notebook = jupytext.read(path)
    resources = {"metadata": {"path": str(path.parent)}}
    client = nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources)
    asyncio.run(client.async_execute())  # `execute` leaves the loop of its thread open
    cells = code_cells(json.loads(json.dumps(notebook)))
    file = RECORD / f"{page}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"inputs": inputs(page), "cells": cells}, indent=1), encoding="utf-8")
    return cells


def recorded(page: str) -> list[Cell] | None:
    """Read what was written down; None if there is nothing, or if the page or what it names in `deps` has changed."""
    file = RECORD / f"{page}.json"
    if not file.is_file():
        return None
    record = json.loads(file.read_text(encoding="utf-8"))
    return list(record["cells"]) if record["inputs"] == inputs(page) else None


def inputs(page: str) -> str:
    """Return a digest of a page and of the files that its front matter names in `deps`."""
    digest = hashlib.sha256((ROOT / f"{page}.md").read_bytes())
    for dep in read(page).meta.get("deps", []):
        below = sorted((ROOT / dep).rglob("*")) if (ROOT / dep).is_dir() else [ROOT / dep]
        for path in below:
            if path.is_file() and not {"target", "__pycache__"} & set(path.relative_to(ROOT).parts):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def executed(page: str) -> list[Cell]:
    """Read the code cells of a page as the book has executed them, from the cache of the build.

    The notebooks that MyST-NB leaves beside it have no outputs where the cache was used.
    """
    cache = get_cache(ROOT / "_build" / ".jupyter_cache")
    records = [one for one in cache.list_cache_records() if Path(one.uri) == ROOT / f"{page}.md"]
    assert records, f"the book has not executed {page}: run `make book`"
    newest = max(records, key=lambda one: one.accessed)
    return code_cells(json.loads(json.dumps(cache.get_cache_bundle(newest.pk).nb)))


def code_cells(notebook: dict[str, Any]) -> list[Cell]:
    """Return the code cells of a notebook, with only what matters here."""
    return [
        {
            "source": "".join(cell["source"]),
            "tags": cell["metadata"].get("tags", []),
            "raises": cell["metadata"].get("raises"),
            "outputs": cell["outputs"],
        }
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def texts(cell: Cell) -> list[str]:
    """Return what a reader sees as text in the outputs of a cell."""
    found = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        shown = [*output.get("traceback", []), "".join(output.get("text", ""))]
        shown += ["".join(data.get("text/plain", ""))]
        shown += [html.unescape(UNSEEN.sub("", "".join(data.get("text/html", ""))))]
        found += [ESCAPES.sub("", text) for text in shown if text]
    return found


def unsteady(page: str, cells: list[Cell]) -> list[str]:
    """Name the outputs that would differ in another run or on another machine, or that a page does not show."""
    found = []
    for number, cell in enumerate(cells, 1):
        where = f"{page}.md: code cell {number} (`{cell['source'].strip().partition(chr(10))[0]}`)"
        raw = json.dumps([output.get("data", {}) for output in cell["outputs"]], ensure_ascii=False)
        found += [
            f"{where} shows {what}, `{match[0]}`: print something that is the same in every run"
            for text in (*texts(cell), raw)
            for what, pattern in CHANGING.items()
            if (match := pattern.search(text))
        ]
        found += [
            f"{where} shows a duration, `{match[0]}`: leave it out, or tag the cell `{MEASURED}`"
            for text in texts(cell)
            if MEASURED not in cell["tags"] and (match := DURATION.search(text))
        ]
        if any(output.get("name") == "stderr" for output in cell["outputs"]):
            found.append(f"{where} writes to stderr, which the page does not show: mend the cause")
    return list(dict.fromkeys(found))


def comparable(cell: Cell) -> list[object]:
    """Return the outputs of a cell in a form in which two runs are equal.

    What a cell prints reaches the notebook in one piece or in several, as the clock wants it. The book joins the
    pieces of a stream, and loses empty lines where two pieces meet; so the same is done here, and empty lines do not
    count. What no page shows is left out: glued values, counts of executions, other forms of an output.
    """
    found: list[object] = []
    for output in coalesce_streams(copy.deepcopy(cell["outputs"])):
        kind = output["output_type"]
        if kind == "stream":
            lines = [line.rstrip() for line in output["text"].splitlines()]
            found.append([kind, output["name"], [line for line in lines if line]])
        elif kind == "error":
            found.append([kind, output["ename"], output["evalue"], output["traceback"]])
        elif "scrapbook" not in output.get("metadata", {}):
            found.append([kind, {form: "".join(output["data"].get(form, "")) for form in COMPARED}])
    return found


def differences(page: str, one: list[Cell], other: list[Cell]) -> list[str]:
    """Name the cells whose outputs differ between two runs of a page."""
    if [cell["source"] for cell in one] != [cell["source"] for cell in other]:
        return [f"{page}.md: the two runs had other cells: build the book again"]
    found = []
    for number, (first, second) in enumerate(zip(one, other, strict=True), 1):
        left, right = comparable(first), comparable(second)
        if MEASURED not in first["tags"] and left != right:
            name = f"{page}.md: code cell {number} (`{first['source'].strip().partition(chr(10))[0]}`)"
            found.append(f"{name} gives another output in each run; make it steady. {_first_difference(left, right)}")
    return found


def _first_difference(left: object, right: object) -> str:
    one, other = (json.dumps(value, ensure_ascii=False) for value in (left, right))
    place = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    begin = max(0, place - 40)
    return f"One: …{one[begin : place + 60]}… The other: …{other[begin : place + 60]}…"
