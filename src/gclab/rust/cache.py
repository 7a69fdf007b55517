"""What was built before: a key for a cell, and the entry under that key."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from gclab.errors import MachineError
from gclab.rust.claims import claim
from gclab.rust.diagnostics import Diagnostic
from gclab.rust.expand import Expansion
from gclab.rust.files import copy_atomically, fresh_name, write_atomically

ABI = EXTENSION_SUFFIXES[0].strip(".").rpartition(".")[0] or sys.implementation.cache_tag or "python"
DEFAULT_LIMIT = 2 * 10**9
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]?)B?", re.IGNORECASE)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


@dataclass(frozen=True)
class Key:
    """A digest over everything that decides the result of a build, and its parts by name."""

    name: str
    digest: str
    parts: dict[str, str]


@dataclass(frozen=True)
class Entry:
    """The result of a build: what rustc said, what the macros wrote, and the library if it compiled."""

    diagnostics: tuple[Diagnostic, ...]
    expansions: tuple[Expansion, ...]
    library: Path | None


def make_key(name: str, parts: dict[str, str]) -> Key:
    """Make the key of a module called `name` from the named texts that decide its build."""
    parts = {**parts, "Python": ABI}
    short = {what: hashlib.sha256(text.encode()).hexdigest()[:16] for what, text in parts.items()}
    digest = hashlib.sha256(json.dumps([name, parts], sort_keys=True).encode()).hexdigest()
    return Key(name, digest[:40], short)


@dataclass(frozen=True)
class Cache:
    """A folder of libraries, records and crate folders that all kernels of a user share; `limit` is in bytes."""

    folder: Path
    limit: int = DEFAULT_LIMIT

    @property
    def formatted(self) -> Path:
        """Where code is kept that rustfmt has formatted."""
        return self.folder / "formatted"

    def target(self, toolchain: str) -> Path:
        """Return cargo's target folder: one for each Python and toolchain, for which the crates are compiled."""
        from gclab.rust.cargo import base_python  # noqa: PLC0415 - not needed where nothing is built

        decides = hashlib.sha256(f"{base_python()}\n{toolchain}".encode()).hexdigest()
        return self.folder / "target" / f"{ABI}-{decides[:8]}"

    def lookup(self, key: Key) -> Entry | None:
        """Return the entry of an earlier build with this key, if it is complete. It stays while this process runs."""
        claim(self.folder, key.digest)
        record = self._record(key)
        try:
            found = json.loads(record.read_text(encoding="utf-8"))
            library = record.with_name(found["library"]) if found["library"] else None
            diagnostics = tuple(Diagnostic(**fields) for fields in found["diagnostics"])
            entry = Entry(diagnostics, tuple(Expansion(**fields) for fields in found["expansions"]), library)
        except (OSError, ValueError, LookupError, TypeError):
            return None
        if library is not None and not library.is_file():
            return None
        with suppress(OSError):  # else it only counts as used less lately
            os.utime(record)
        return entry

    def reason(self, key: Key) -> str:
        """Say why there is no entry: what is not as it was at the last build of this name."""
        try:
            last = json.loads(self._last(key).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return f"{key.name} was not built before"
        changed = [what for what, digest in key.parts.items() if last.get(what) != digest]
        return f"changed: {', '.join(changed)}" if changed else "the earlier build is gone"

    def store(
        self,
        key: Key,
        diagnostics: tuple[Diagnostic, ...],
        built: Path | None,
        expansions: tuple[Expansion, ...] = (),
    ) -> Entry:
        """Keep the result of a build. The record is written last, so it never names half a library."""
        library = None
        if built is not None:
            path = self._record(key).with_suffix(EXTENSION_SUFFIXES[-1])
            # What dlopen gives is decided by the path: a library under a used name would be the old one.
            library = copy_atomically(built, fresh_name(path) if path.exists() else path)
        record = {
            "diagnostics": [asdict(found) for found in diagnostics],
            "expansions": [asdict(found) for found in expansions],
            "library": library.name if library else None,
        }
        write_atomically(self._record(key), json.dumps(record))
        write_atomically(self._last(key), json.dumps(key.parts))
        return Entry(diagnostics, expansions, library)

    def _record(self, key: Key) -> Path:
        return self.folder / "modules" / f"{key.name}-{key.digest}.json"

    def _last(self, key: Key) -> Path:
        return self.folder / "slots" / f"{key.name}.json"


def open_cache() -> Cache:
    """Return the cache in ``GCLAB_CACHE``, else in the folder that this platform has for caches."""
    folder = Path(os.environ.get("GCLAB_CACHE") or _platform_folder()).expanduser().absolute()
    cache = Cache(folder, _limit(os.environ.get("GCLAB_CACHE_LIMIT") or str(DEFAULT_LIMIT)))
    try:
        (cache.folder / "slots").mkdir(parents=True, exist_ok=True)
        (cache.folder / "modules").mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(cache.folder, error) from None
    return cache


def unwritable(folder: Path, error: OSError) -> MachineError:
    """Say that nothing can be written to the cache, and what helps."""
    return MachineError(
        f"The cache folder {folder} cannot be written ({error.strerror}). "
        "Set the environment variable GCLAB_CACHE to a folder that can, and start the kernel again."
    )


def _limit(text: str) -> int:
    size = _SIZE.fullmatch(text.strip())
    limit = int(float(size[1]) * _UNITS[size[2].upper()]) if size else 0
    if not limit:
        raise MachineError(f"GCLAB_CACHE_LIMIT is {text!r}, which is not a size. Write one such as 500M or 2G.")
    return limit


def _platform_folder() -> str:
    if sys.platform == "win32":
        return os.path.join(os.environ.get("LOCALAPPDATA") or "~/AppData/Local", "gclab", "cache")  # noqa: PTH118
    if sys.platform == "darwin":
        return "~/Library/Caches/gclab"
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "gclab")  # noqa: PTH118
