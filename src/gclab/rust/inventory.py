"""What this process has loaded and what the cache holds; and cleaning it, while no build runs here."""

from __future__ import annotations

from gclab.rust import loader
from gclab.rust.cache import Cache, open_cache
from gclab.rust.contents import Part, read_contents
from gclab.rust.evict import Removed, clean
from gclab.rust.locks import ONE_AT_A_TIME


def take_inventory() -> tuple[dict[str, str], Cache, list[Part]]:
    """Return the labels of the loaded modules by the digests of their builds, the cache, and its parts."""
    cache = open_cache()
    return loader.labels(), cache, read_contents(cache.folder)


def clean_cache(name: str | None) -> Removed:
    """Remove the builds of modules called `name`, or of all; what is loaded here stays loaded."""
    with ONE_AT_A_TIME:
        return clean(open_cache(), name)
