"""The box below a page's title: what the reader can do afterwards, how long it takes, and what to read before."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

import front_matter

if TYPE_CHECKING:
    from pathlib import Path

TITLE = re.compile(r"^# .+\n", re.MULTILINE)


def with_goals(root: Path, docname: str, meta: dict[str, Any], body: str) -> str:
    """Return the body of a page with the box below its title; unchanged for a page without goals."""
    title = TITLE.search(body)
    if title is None or not meta.get("goals"):
        return body
    return f"{body[: title.end()]}\n{_box(root, docname, meta)}{body[title.end() :]}"


def _box(root: Path, docname: str, meta: dict[str, Any]) -> str:
    goals = ";\n".join(f"- {goal}" for goal in meta["goals"])
    facts = [f"About {meta['minutes']} minutes."] if "minutes" in meta else []
    if meta.get("needs"):
        links = (_link(root, docname, page) for page in meta["needs"])
        facts.append(f"Before it: {', '.join(links)}.")
    return f"````{{admonition}} After this page you can\n:class: goals\n\n{goals}.\n\n{' '.join(facts)}\n````\n"


def _link(root: Path, docname: str, page: str) -> str:
    target = front_matter.page_of(root, page) or page
    return f"[]({posixpath.relpath(target, posixpath.dirname(docname) or '.')})"
