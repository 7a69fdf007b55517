"""The rules of CONTRIBUTING.md, "Writing a chapter", each as a function from a page to what is wrong with it.

A finding names page and place, and says what to do. What a rule needs beyond the page, such as the outputs of a run,
it is given.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.chapters.pages import Page, Part

    Rule = Callable[[Page], list[str]]

LAST_SECTIONS = ("Pitfalls", "Exercises", "Key points", "What is next")
LEAST_ASSERTS = 6
WIDEST, WIDEST_IN_CHAPTERS = 120, 88
NEAR = 2  # an assert may stand this many code cells below its picture
PREDICT = "**Predict.**"
CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
NO_FENCE = re.compile(r"^ *```+\{[\w:-]+\}.*`", re.MULTILINE)
TERM = re.compile(r"\{term\}`")
ENTRY = re.compile(r"^\s*@\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)
DOC_COMMENT = re.compile(r"^\s*//[/!] ?", re.MULTILINE)


def in_order(page: Page) -> list[str]:
    """Want the last sections in the order that every chapter has."""
    titles = ["Exercises" if part.text == "Exercise" else part.text for part in page.sections]
    found = []
    if tuple(titles[-len(LAST_SECTIONS) :]) != LAST_SECTIONS:
        last = " / ".join(titles[-len(LAST_SECTIONS) :])
        found = [page.says(None, f"end with the sections {' / '.join(LAST_SECTIONS)}; now it ends with {last}")]
    return found


def one_import_cell(page: Page) -> list[str]:
    """Want the imports in the first code cell, perhaps with settings such as `gc.disable()`, and nowhere else."""
    if not page.cells:
        return [page.says(None, "add code cells; the first has the imports")]
    first, *others = page.cells
    found = []
    if not first.is_python or not all(_is_import(one) or _is_setting(one) for one in first.statements):
        found.append(page.says(first, "let the first cell have the imports (and `%load_ext gclab`), and nothing else"))
    found += [
        page.says(cell, "move the imports to the first cell")
        for cell in others
        if any(isinstance(one, ast.Import | ast.ImportFrom) for one in cell.statements)
    ]
    return found


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.Pass)  # `pass` stands for a magic


def _is_setting(statement: ast.stmt) -> bool:
    """Whether it only calls a function of a module, such as ``gc.disable()``."""
    called = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(called, ast.Call) and isinstance(called.func, ast.Attribute)


def needs_earlier_pages(page: Page, contents: Sequence[str]) -> list[str]:
    """Want `needs` to name pages that come before this one."""
    if page.name not in contents:  # another test says so
        return []
    before = contents[: contents.index(page.name)]
    return [
        page.says(None, f"`needs` names `{need}`, which is no earlier page of _toc.yml: remove or correct it")
        for need in page.meta.get("needs", [])
        if str(need).removesuffix(".md") not in before
    ]


def pictures_are_introduced(page: Page, pictures: Sequence[int]) -> list[str]:
    """Want a caption, a question in front of each picture, and an assert near it. `pictures` are numbers of cells."""
    found = []
    for number in pictures:
        cell = page.cells[number]
        if not cell.caption:
            found.append(
                page.says(cell, "give the picture a caption: `mystnb: figure: caption:` in the cell's options")
            )
        if cell.solves is None and not any(_asks(part) for part in _since_last_picture(page, cell, pictures)):
            what = f"write a paragraph that begins with {PREDICT} and ends with a question mark before the picture"
            found.append(page.says(cell, what))
        if not any(near.asserts for near in page.cells[number : number + NEAR + 1]):
            found.append(page.says(cell, f"assert the picture's claim in its cell or in one of the next {NEAR} cells"))
    return found


def _since_last_picture(page: Page, cell: Part, pictures: Sequence[int]) -> list[Part]:
    before = [page.cells[number].line for number in pictures if page.cells[number].line < cell.line]
    return [part for part in page.parts if max(before, default=0) < part.line < cell.line]


def _asks(part: Part) -> bool:
    return part.kind == "paragraph" and part.text.startswith(PREDICT) and part.text.rstrip().endswith("?")


def every_section_asserts(page: Page) -> list[str]:
    """Want an assert in each section that runs Python; a cell that must fail with a named error counts as well."""
    found = []
    for section in page.sections:
        cells = [cell for cell in page.cells if cell.section == section.text]
        working = [cell for cell in cells if any(not _only_defines(one) for one in cell.statements)]
        if working and not any(cell.asserts or "raises" in cell.options for cell in cells):
            found.append(page.says(section, f"assert in `{section.text}` what the section claims"))
    total = sum(cell.asserts for cell in page.cells)
    if total < LEAST_ASSERTS:
        found.append(page.says(None, f"assert more: {total} asserts, and a chapter has at least {LEAST_ASSERTS}"))
    return found


def _only_defines(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ClassDef | ast.FunctionDef) or _is_import(statement)


def narrow_enough(page: Page) -> list[str]:
    """Want every line of a cell to fit into a narrow window."""
    found = []
    for cell in page.cells:
        widest = WIDEST_IN_CHAPTERS if page.number is not None else WIDEST
        length = max(map(len, cell.text.splitlines()), default=0)
        if length > widest:
            found.append(page.says(cell, f"break the line of {length} columns; {widest} fit"))
    return found


def rust_is_compiled(page: Page, shown: Sequence[str], files: Callable[[], str]) -> list[str]:
    """Want Rust in prose to be a part of a cell, of an output of the page (`shown`) or of compiled files."""
    own = " ".join(_normal(text) for text in [*(cell.text for cell in page.cells if cell.is_rust), *shown])
    return [
        page.says(part, "let this Rust be a part of a %%pyo3 cell of the page, of an output, or of a compiled file")
        for part in page.parts
        if part.kind == "fence" and part.name == "rust"
        if _normal(part.text) not in own and _normal(part.text) not in files()
    ]


def compiled(texts: Sequence[str]) -> str:
    """Make one text to search from the files of crates, once as they are and once with examples of comments bare."""
    return " ".join(_normal(version) for text in texts for version in (text, DOC_COMMENT.sub("", text)))


def _normal(text: str) -> str:
    return " ".join(text.split())


def exercises_are_solved(page: Page) -> list[str]:
    """Want a label and a folded solution for each exercise, whose cells run and assert."""
    exercises = [part for part in page.parts if part.name in {"exercise-start", "exercise"}]
    solutions = {part.argument: part for part in page.parts if part.name == "solution-start"}
    if not exercises:
        return [page.says(None, "write at least one exercise: `{exercise-start}`, and its `{solution-start}`")]
    found = []
    for exercise in exercises:
        label = str(exercise.options.get("label") or "")
        solution = solutions.pop(label, None)
        if exercise.name == "exercise" or not label:
            found.append(page.says(exercise, "write the exercise as `{exercise-start}` with a `:label:`"))
        elif solution is None:
            found.append(page.says(exercise, f"write its solution: `{{solution-start}} {label}`"))
        else:
            found += _solution(page, solution)
    return found + [page.says(part, f"no exercise has the label `{label}`") for label, part in solutions.items()]


def _solution(page: Page, solution: Part) -> list[str]:
    found = []
    cells = [cell for cell in page.cells if cell.solves == solution.argument]
    if "dropdown" not in str(solution.options.get("class", "")).split():
        found.append(page.says(solution, "fold the solution: `:class: dropdown`"))
    if not cells:
        found.append(page.says(solution, "solve the exercise in code cells, so that the solution runs"))
    elif not any(cell.asserts for cell in cells):
        found.append(page.says(solution, "end the solution in an assert"))
    return found


def sources_are_cited(page: Page, bibliography: str | None) -> list[str]:
    """Want sources in a chapter, and each one that it cites in the bibliography, if there is one."""
    keys = set(ENTRY.findall(bibliography or ""))
    found, cited = [], 0
    for part in _prose(page):
        for key in (key.strip() for text in CITED.findall(part.text) for key in text.split(",")):
            cited += 1
            if bibliography is not None and key not in keys:
                found.append(page.says(part, f"add `{key}` to book/references.bib, or correct the key"))
    if page.number is not None and page.number > 1 and not cited:
        found.append(page.says(None, "cite a source: {cite}`key`, with the key from book/references.bib"))
    return found


def fences_open(page: Page) -> list[str]:
    """Want no backticks in the first line of a fence of backticks: to Markdown it is text then, and opens nothing."""
    return [
        page.says(part, "write the title without backticks, or open the block with `:::`: Markdown sees no block here")
        for part in page.parts
        if part.kind == "paragraph" and NO_FENCE.search(part.text)
    ]


def terms_are_plain(page: Page) -> list[str]:
    """Want no terms marked by hand: the build links the first use of each."""
    return [
        page.says(part, "write the term without {term}: the build links its first use")
        for part in _prose(page)
        if TERM.search(part.text)
    ]


def _prose(page: Page) -> list[Part]:
    """Return what a reader reads as text; that of a directive stands in the parts within it."""
    return [part for part in page.parts if part.kind in {"paragraph", "heading"}]


def has_picture(cell: dict[str, Any]) -> bool:
    """Whether a cell that ran shows a picture of gclab."""
    return any(
        "gclab-graph" in "".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", [])
    )
