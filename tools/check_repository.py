"""Refuse what must never be in the repository; one line a finding, with its place."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN_FILES = {
    r"\.ipynb$": "outputs are never committed: keep the notebook as MyST Markdown",
    r"(^|/)uv\.lock$": "it holds a registry's address: requirements.txt is the lock file",
}
FORBIDDEN_TEXT = {
    r"^\s*--(extra-)?index-url|^\s*--find-links": "an address of a package index",
    r"/(home|Users)/[a-z][\w-]*/|/[r]oot/|[A-Z]:\\\\Users\\\\": "a path of somebody's machine",
    r"\b(TODO|FIXME|XXX)\b|\b(todo|unimplemented)!\(": "something left to do: open an issue instead",
}
WRITTEN_BY_TOOLS = {"Cargo.lock"}


def tracked() -> list[str]:
    """List the files that git tracks or would add."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git is on PATH
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(name for name in set(listing.stdout.split("\0")) if name and (ROOT / name).is_file())


def findings(name: str) -> list[str]:
    """Return what is wrong with one file."""
    found = [f"{name}: {why}" for pattern, why in FORBIDDEN_FILES.items() if re.search(pattern, name)]
    if name in WRITTEN_BY_TOOLS or name == Path(__file__).relative_to(ROOT).as_posix():
        return found
    try:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return found
    for number, line in enumerate(lines, 1):
        found += [f"{name}:{number}: {why}" for pattern, why in FORBIDDEN_TEXT.items() if re.search(pattern, line)]
    return found


def main() -> int:
    """Check every file."""
    names = tracked()
    found = [finding for name in names for finding in findings(name)]
    print("\n".join(found) if found else f"check_repository: {len(names)} files are clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
