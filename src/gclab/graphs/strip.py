"""Several pictures of the same objects, one after the other, each with its caption: readable without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import GraphError
from gclab.graphs import svg
from gclab.graphs.palette import ROLES

if TYPE_CHECKING:
    import os

__all__ = ["Frame", "Strip"]

_ROW = "display:flex;flex-wrap:wrap;gap:1.5em;align-items:flex-end"
_FIGURE = "margin:0;flex:0 1 auto;min-width:min(100%,17em);max-width:100%;break-inside:avoid"
# A long caption must not widen its figure; a page's theme must not make it pale or thin.
_CAPTION = (
    "contain:inline-size;margin:0 0 .5em;padding:0;text-align:left;color:inherit;font:inherit;letter-spacing:normal"
)
_DARK = f"body{{background:{ROLES['page'].dark};color:{ROLES['text'].dark}}}"
_PAGE = f"body{{font-family:sans-serif}}@media screen and (prefers-color-scheme:dark){{{_DARK}}}"


@dataclass(frozen=True)
class Frame:
    """One picture of several.

    Attributes:
        title: its name.
        caption: what it shows, in plain words.
        dot: the DOT source.
        lines: the same content as the picture, in words.

    """

    title: str
    caption: str
    dot: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.title}: {self.caption}", *(f"  {line}" for line in self.lines)])


@dataclass(frozen=True, repr=False)
class Strip:
    """Pictures of the same objects at the same places. It holds strings and numbers only.

    Notebooks show the pictures side by side, or one below the other on a narrow page; ``str()`` gives the same content
    as text.

    Attributes:
        title: one sentence that says what the pictures show.
        frames: the pictures, in order.

    """

    title: str
    frames: tuple[Frame, ...]

    def to_dot(self) -> str:
        """Return the DOT sources of all pictures, one after the other."""
        return "\n".join(frame.dot for frame in self.frames)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the pictures to a page that any browser shows, and return its path.

        Args:
            path: a name that ends in ``.html``.

        Raises:
            GraphError: the name ends in something else, the drawing program is missing, or the file cannot be written.

        """
        target = Path(path)
        if target.suffix != ".html":
            raise GraphError(f"cannot save {target.name!r}: use a name that ends in .html")
        head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
        page = f"{head}<style>{_PAGE}</style></head><body>{self._page()}</body></html>\n"
        try:
            target.write_text(page, encoding="utf-8", newline="\n")
        except OSError as failed:
            raise GraphError(f"{target} cannot be written: {failed.strerror}") from failed
        return target

    def __str__(self) -> str:
        return "\n".join([self.title, *map(str, self.frames)])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/html": self._page(), "text/vnd.graphviz": self.to_dot(), "text/plain": str(self)}

    def _page(self) -> str:
        figures = "".join(map(_figure, self.frames))
        return f'<div class="gclab-frames"><p>{escape(self.title)}</p><div style="{_ROW}">{figures}</div></div>'


def _figure(frame: Frame) -> str:
    caption = f'<figcaption style="{_CAPTION}"><b>{escape(frame.title)}.</b> {escape(frame.caption)}</figcaption>'
    picture = svg.to_html(frame.dot, f"{frame.title}. {frame.caption}", list(frame.lines))
    return f'<figure style="{_FIGURE}">{caption}{picture}</figure>'
