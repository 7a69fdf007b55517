"""The first use of each term on a page leads to the glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.addnodes import pending_xref

if TYPE_CHECKING:
    from glossary import Words

# Parts of paragraphs that are no running text or already lead somewhere, and what has paragraphs that are none.
NOT_PROSE = (
    nodes.literal,
    nodes.reference,
    nodes.target,
    nodes.raw,
    nodes.math,
    nodes.table,
    nodes.citation,
    pending_xref,
)
NOT_PROSE_CLASSES = {"goals", "versions", "cell_output", "sd-card"}


def add(doctree: nodes.document, words: Words, docname: str) -> None:
    """Turn the first use of each term in a paragraph into a link."""
    linked = {node["reftarget"] for node in doctree.findall(pending_xref) if node.get("reftype") == "term"}
    for text in [text for text in doctree.findall(nodes.Text) if is_prose(text)]:
        parts = _split(text, words, linked, docname)
        if len(parts) > 1:
            text.parent.replace(text, parts)


def is_prose(text: nodes.Text) -> bool:
    """Tell whether the text belongs to a paragraph that a reader reads from left to right."""
    node, in_paragraph = text.parent, False
    while node is not None:
        if isinstance(node, NOT_PROSE) or NOT_PROSE_CLASSES.intersection(node.get("classes", [])):
            return False
        in_paragraph = in_paragraph or isinstance(node, nodes.paragraph)
        node = node.parent
    return in_paragraph


def _split(text: nodes.Text, words: Words, linked: set[str], docname: str) -> list[nodes.Node]:
    source, done = str(text), 0
    parts: list[nodes.Node] = []
    for match, term in words.find(source):
        if term not in linked:
            linked.add(term)
            parts += [nodes.Text(source[done : match.start()]), link(match[0], term, docname)]
            done = match.end()
    return [*parts, nodes.Text(source[done:])]


def link(shown: str, term: str, docname: str) -> pending_xref:
    """Return what Sphinx makes of a ``term`` role."""
    return pending_xref(
        "",
        nodes.inline(shown, shown, classes=["xref", "std", "std-term"]),
        refdomain="std",
        reftype="term",
        reftarget=term,
        refexplicit=True,
        refwarn=True,
        refdoc=docname,
    )
