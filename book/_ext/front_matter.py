"""The check of a page's front matter against ``front_matter.schema.json``."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = Path(__file__).resolve().with_name("front_matter.schema.json")
CHAPTERS = "notebooks/"


@lru_cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


def problems(root: Path, docname: str, meta: dict[str, Any]) -> list[str]:
    """Say what is wrong with a page's front matter, by key, and what to write instead."""
    kind = "chapter" if docname.startswith(CHAPTERS) else "page"
    validator = jsonschema.Draft202012Validator({**_schema(), "$ref": f"#/$defs/{kind}"})
    advice = {key: rule["description"] for key, rule in _schema()["$defs"]["page"]["properties"].items()}
    found = [
        f"{said} in the front matter"
        for error in sorted(validator.iter_errors(meta), key=lambda error: [str(part) for part in error.absolute_path])
        for said in _explained(error, advice)
    ]
    return found or [
        f"`needs` in the front matter names `{page}`, which is not there: write {advice['needs']}"
        for page in meta.get("needs", [])
        if page_of(root, page) is None
    ]


def _explained(error: Any, advice: dict[str, str]) -> Iterator[str]:  # noqa: ANN401 - jsonschema leaves parts unset
    if error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance and f"'{key}'" in error.message:
                yield f"`{key}` is missing: write {advice[key]},"
    elif error.validator == "additionalProperties":
        known = ", ".join(f"`{key}`" for key in advice)
        for key in error.instance.keys() - advice.keys():
            yield f"`{key}` is no key of a page: write one of {known}"
    else:
        key = str(error.absolute_path[0])
        expected = error.schema.get("description", advice[key])
        yield f"`{key}` is {error.instance!r}: write {expected},"


def page_of(root: Path, name: str) -> str | None:
    """Return the path of a page that is named from the book's root, with or without ``.md``; None if there is none."""
    path = name if name.endswith(".md") else f"{name}.md"
    return path if (root / path).is_file() else None
