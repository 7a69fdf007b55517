"""What this book asks of Sphinx beyond Jupyter Book.

- The front matter of a page is checked; what it says of goals, time and needs stands in a box below the title.
- A page names the files that it is made from (``deps`` in its front matter); they become part of the key of its
  execution cache.
- Cells that promise to fail must fail, with the error that they name.
- A build with a warning is forgotten, so that the next build reports it again.
- The first use of a term on a page leads to the glossary; sources and folded Rust cells have readable labels.
- A page that runs says what it ran with, and its Rust cells have the colours of Rust.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import front_matter
import glossary
import goals_box
import messages
import page_inputs
import page_nodes
import source_style  # noqa: F401 - registers the style
import term_links
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util import logging

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config

HERE = Path(__file__).resolve().parent
DOUBLE_ID = re.compile(r'<section id="((?:exercise|solution)-content)">')
log = logging.getLogger(__name__)


def add_vendored_files(_app: Sphinx, config: Config) -> None:
    """Serve book/_vendor.

    It is no ``_static`` folder at the root, because Jupyter Book loads every script and style sheet of such a
    folder on every page.
    """
    config.html_static_path.append(str(HERE.parent / "_vendor"))


def read_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Check the front matter of a page, and put the state of its inputs where the execution cache sees it."""
    root = Path(app.srcdir)
    try:
        page = page_inputs.parse(source[0])
        if page is None:
            return
        files = page_inputs.input_files(root, page)
    except page_inputs.PageError as error:
        log.warning("%s", error, location=docname, type="breaking_cycles", subtype="inputs")
        return
    problems = front_matter.problems(root, docname, page.meta)
    for problem in problems:
        log.warning("%s", problem, location=docname, type="breaking_cycles", subtype="front-matter")
    if not problems:
        page = replace(page, body=goals_box.with_goals(root, docname, page.meta, page.body))
    for file in files:
        app.env.note_dependency(str(file))
    source[0] = page_inputs.with_state(page, page_inputs.state(root, files))


def check_and_finish(app: Sphinx, doctree: nodes.document) -> None:
    """Check the cells of a page that was just read, and add what a reader wants to know of them."""
    execution = NbMetadataCollector.get_exec_data(app.env, app.env.docname)
    if execution and execution["traceback"]:
        failed = page_nodes.failed_cell(execution["traceback"])
        log.warning("%s", failed, location=app.env.docname, type="breaking_cycles", subtype="failed-cell")
    cells = [node for node in doctree.findall() if page_nodes.is_code_cell(node)]
    for cell in cells:
        problem = page_nodes.broken_promise(cell)
        if problem:
            log.warning("%s", problem, location=cell, type="breaking_cycles", subtype="failing-cell")
        page_nodes.colour_as_rust(cell)
        page_nodes.name_fold(cell)
    if execution:
        page_nodes.add_versions(app.env, doctree)
    link_terms(app, doctree)


def link_terms(app: Sphinx, doctree: nodes.document) -> None:
    """Lead from a page to the glossary; a page is read again, but not executed, when the glossary changes."""
    path = Path(app.env.doc2path(glossary.DOCNAME))
    if path.is_file() and app.env.docname != glossary.DOCNAME:
        app.env.note_dependency(str(path))
        term_links.add(doctree, glossary.words(path.read_text(encoding="utf-8")), app.env.docname)


def mend_html(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Mend what docutils and MyST-NB write, and mark the sentences of rustc.

    Docutils gives the parts of a list of sources a role that no list may have, so the list loses its own. MyST-NB
    says "Toggle hidden content" to a screen reader, in place of the label that is there to see. Sphinx-exercise
    gives all exercises of a page the same id.
    """
    if "body" in context:
        body = context["body"].replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        body = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")
        body = DOUBLE_ID.sub(r'<section class="\1">', body)
        context["body"] = messages.with_sentences(body)


def forget_after_warnings(app: Sphinx, exception: Exception | None) -> None:
    """Make the next build read every page again if this one was not clean.

    Sphinx keeps a page that failed as if it were good, and would say nothing about it the second time.
    """
    if exception is not None or app._warncount:  # noqa: SLF001 - Sphinx counts warnings nowhere else
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", add_vendored_files)
    app.connect("source-read", read_source)
    app.connect("doctree-read", check_and_finish)
    app.connect("html-page-context", mend_html)
    app.connect("build-finished", forget_after_warnings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
