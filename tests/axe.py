"""What axe, the checker of accessibility, finds on a page that a browser shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page


def serious_findings(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Return the serious and the critical findings, each with the first place; `options` are axe's own."""
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in Axe()
        .run(page, options={"resultTypes": ["violations"], **(options or {})})
        .response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
