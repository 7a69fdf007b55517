"""How sources look: a short label of their own, then title, year, what it is, and the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as UnsrtStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import field, href, join, names, optional, sentence, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEEDED = ("label", "title", "year", "howpublished", "url")


class OwnLabels(BaseLabelStyle):  # type: ignore[misc]
    """The label that the entry itself gives."""

    def format_labels(self, entries: Iterable[Any]) -> Iterator[str]:
        """Return the labels in the order of the entries."""
        for entry in entries:
            yield entry.fields.get("label", entry.key)


class ByLabel(BaseSortingStyle):  # type: ignore[misc]
    """The order of the labels, as a reader looks them up."""

    def sorting_key(self, entry: Any) -> str:  # noqa: ANN401 - pybtex has no types
        """Return what entries are sorted by."""
        return str(entry.fields.get("label", entry.key)).lower().strip("_")


class SourceStyle(UnsrtStyle):  # type: ignore[misc]
    """Title as the link, who wrote it, what it is and when."""

    default_label_style = OwnLabels
    default_sorting_style = ByLabel

    def get_misc_template(self, _entry: Any) -> Any:  # noqa: ANN401 - pybtex has no types
        """Return the one shape of all entries."""
        return join(sep=" ")[
            sentence[href[field("url", raw=True), tag("em")[field("title")]]],
            optional[sentence[names("author", sep=", ", sep2=" and ", last_sep=" and ")]],
            sentence(capfirst=True)[field("howpublished"), field("year")],
        ]


register_plugin("pybtex.style.formatting", "sources", SourceStyle)
