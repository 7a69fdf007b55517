"""Objects for the tests of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gclab


class Thing:
    """An object with attributes."""

    def __init__(self, **parts: object) -> None:
        vars(self).update(parts)


class Special(Thing):
    """One that is looked for."""


def titles(picture: gclab.ObjectGraph) -> list[str]:
    """Return what stands at the top of each box."""
    return [node.title() for node in picture.nodes]
