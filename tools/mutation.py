"""One mistake made on purpose in a copy of the repository: what `mutants` and `mutate_chapters` have in common."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
NO_VISIT = "{ let _ = visit; Ok(()) }"
LEFT_OUT = shutil.ignore_patterns("target", "__pycache__")


@dataclass(frozen=True)
class Mutation:
    """One mistake: `old` becomes `new` at its first place below `after`. The name is for the reader of the result."""

    name: str
    file: str
    after: str
    old: str
    new: str
    why: str

    def apply(self, text: str) -> str | None:
        """Return the text with the mistake, or ``None`` if it does not fit any more."""
        begin = text.find(self.after)
        place = text.find(self.old, begin)
        if begin < 0 or place < 0:
            return None
        return text[:place] + self.new + text[place + len(self.old) :]

    def fits(self) -> bool:
        """Whether the file is there and has the text."""
        path = ROOT / self.file
        return path.is_file() and self.apply(path.read_text(encoding="utf-8")) is not None

    @contextmanager
    def made_in(self, tree: Path) -> Iterator[bool]:
        """Make the mistake in a copy, and undo it; gives whether it could be made."""
        path = tree / self.file
        before = path.read_text(encoding="utf-8")
        after = self.apply(before)
        if after is None:
            yield False
            return
        path.write_text(after, encoding="utf-8")
        try:
            yield True
        finally:
            path.write_text(before, encoding="utf-8")


def copy(names: Iterable[str], tree: Path) -> None:
    """Copy files and folders of the repository.

    The copies are new files: cargo must not take them for those of a run before, the last of which had a mistake.
    """
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=LEFT_OUT, copy_function=shutil.copy)
        else:
            shutil.copy(ROOT / name, tree / name)


def check(program: str, mutations: list[Mutation]) -> int:
    """See that every entry of a table still fits the sources; return the exit code."""
    stale = [one for one in mutations if not one.fits()]
    for one in stale:
        print(f"{program}: {one.name}: `{one.old.strip()}` is not in {one.file} any more: mend the entry")
    if not stale:
        print(f"{program}: all {len(mutations)} apply")
    return 1 if stale else 0
