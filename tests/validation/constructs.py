"""The table of constructs: objects that others wrote and that keep what they are given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomllib

HERE = Path(__file__).resolve().parent
TABLES = HERE / "tables"
STDLIB = ""


@dataclass(frozen=True)
class Construct:
    """One object that keeps the probe object, and where it comes from.

    Attributes:
        name: what keeps what, in words.
        source: a module's text with `factory(probe)`, and `make()` if the probe object must be of another kind.
        distribution: the wheel that it needs; empty for the standard library.
        lock: the name of the requirements file that pins this wheel, without its ending.
        truth: what the oracle says, by the first CPython version for which it does.

    """

    name: str
    source: str
    distribution: str
    lock: str
    truth: dict[tuple[int, ...], str]

    def truth_on(self, python: tuple[int, int]) -> str | None:
        """Return the truth for a CPython version; ``None`` if the construct does not exist there."""
        known = [version for version in self.truth if version <= python]
        return self.truth[max(known)] if known else None


def load(pattern: str = "*/*") -> list[Construct]:
    """Read the tables whose names match `pattern`."""
    found = []
    for path in sorted(TABLES.glob(f"{pattern}.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        head = table.pop("table", {})
        found += [_construct(name, {**head, **entry}) for name, entry in table.items()]
    return found


def _construct(name: str, entry: dict[str, Any]) -> Construct:
    source = entry.get("source") or f"import {entry['imports']}\n\ndef factory(probe):\n    return {entry['owner']}\n"
    truth = entry["truth"] if isinstance(entry["truth"], dict) else {"3": entry["truth"]}
    versions = {tuple(map(int, version.split("."))): words for version, words in truth.items()}
    return Construct(name, source, entry.get("distribution", STDLIB), entry.get("lock", ""), versions)
