"""The document tree of a page: the promises of its cells, their colours, and the versions they ran with."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import page_inputs
import tomllib
from docutils import nodes
from myst_nb.core.render import strip_ansi

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment
    from typing_extensions import TypeIs

Cell: TypeAlias = nodes.container
RUST = re.compile(r"^%%pyo3 (\w+)", re.MULTILINE)
RULER = "\n------------------\n"  # nbclient's, around the source of the cell


def is_code_cell(node: nodes.Node) -> TypeIs[Cell]:
    """Tell whether the node is a code cell with its outputs."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def broken_promise(cell: Cell) -> str | None:
    """Say what is wrong with a cell that must fail, or nothing; also nothing of one that never ran.

    A cell with the tag ``raises-exception`` names the error in its option ``raises``. Without this check such
    a cell could stop failing, or fail for another reason, and nobody would know.
    """
    meta = cell["cell_metadata"]
    must_fail = "raises-exception" in meta.get("tags", [])
    expected = meta.get("raises")
    errors = [node.astext() for node in cell.findall(nodes.literal_block) if "traceback" in node["classes"]]
    if not must_fail:
        return f"{_name(cell)} has `raises` but not the tag `raises-exception`" if expected else None
    if cell["exec_count"] is None:
        return None
    if not expected:
        return f"{_name(cell)} must fail, but does not say how: add `:raises: NameOfTheError`"
    if not errors:
        return f"{_name(cell)} must fail with {expected}, and did not fail"
    if not any(expected in text for text in errors):
        return f"{_name(cell)} must fail with {expected}, and failed otherwise: {_last_line(errors[0])}"
    return None


def failed_cell(traceback: str) -> str:
    """Name the cell that stopped a page, and its error, from the text that nbclient raises.

    The cell's own output cannot be asked: a cell may be tagged so that the page does not show it.
    """
    _, line, rest = traceback.partition(RULER)
    source, _, message = rest.partition(RULER)
    first = source.strip().partition("\n")[0] if line else "unknown"
    return f"the cell `{first}` failed: {_last_line(message or traceback)}"


def _name(cell: Cell) -> str:
    source = _source(cell)
    first = source.astext().strip().partition("\n")[0] if source else "its input is removed"
    return f"the cell `{first}`"


def _source(cell: Cell) -> nodes.literal_block | None:
    inputs = [part for part in cell.children if isinstance(part, nodes.container) and "cell_input" in part["classes"]]
    return next(inputs[0].findall(nodes.literal_block), None) if inputs else None


def _last_line(text: str) -> str:
    plain: str = strip_ansi(text)
    return plain.rstrip().rpartition("\n")[2]


def colour_as_rust(cell: Cell) -> None:
    """Give a ``%%pyo3`` cell the colours of Rust instead of Python's."""
    source = _source(cell)
    if source is not None and source.astext().startswith("%%pyo3"):
        source["language"] = "rust"


def name_fold(cell: Cell) -> None:
    """Name a folded Rust cell in the label that unfolds it, unless the cell has a label of its own."""
    source = _source(cell)
    module = RUST.search(source.astext()) if source is not None else None
    if module is None or cell.get("hide_mode") not in {"all", "input"}:
        return
    for prompt, verb in (("prompt_show", "Show"), ("prompt_hide", "Hide")):
        if "{type}" in cell.get(prompt, ""):
            cell[prompt] = f"{verb} the whole Rust cell: {module[1]}"


def add_versions(env: BuildEnvironment, doctree: nodes.document) -> None:
    """Say at the end of a page what its cells ran with."""
    section = next(doctree.findall(nodes.section), None)
    if section is not None:
        section += nodes.container("", nodes.paragraph("", versions(Path(env.srcdir))), classes=["versions"])


def versions(root: Path) -> str:
    """Name what the cells of the page ran with; true by construction, because all of it is in the cache's key."""
    lock = tomllib.loads((root / "Cargo.lock").read_text(encoding="utf-8"))
    crates = {package["name"]: package["version"] for package in lock["package"]}
    rustc = page_inputs.toolchain(root).partition("release: ")[2].partition("\n")[0]
    return (
        f"The cells of this page ran with CPython {platform.python_version()}, rustc {rustc}, "
        f"PyO3 {crates['pyo3']} and pyo3-gc {crates['pyo3-gc']}."
    )
