"""Which Rust compiles a cell, known without starting it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import MachineError
from gclab.rust.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

_RELEASE = re.compile(r"^release: (\d+)\.(\d+)", re.MULTILINE)
_NO_CARGO = (
    "Rust is not installed, or {} is not on the PATH. Install Rust from https://rustup.rs and start the kernel again."
)
_FLAGS = re.compile(
    r"RUSTFLAGS|RUSTC(_\w+)?|CARGO_ENCODED_RUSTFLAGS|CARGO_(BUILD|PROFILE)_\w+|CARGO_TARGET_(?!DIR$)\w+|PYO3_\w+"
)


@dataclass(frozen=True)
class Toolchain:
    """`version` is the text of ``rustc -vV``; `settings` digests what else the user tells cargo and rustc."""

    cargo: str
    version: str
    settings: str


def find_toolchain(cache: Path, min_rust: tuple[int, int]) -> Toolchain:
    """Find cargo and rustc as cargo would from the working folder. Starts rustc only if something changed."""
    cargo, rustc = find_program("cargo"), os.environ.get("RUSTC") or find_program("rustc")
    decides = json.dumps([*_programs(cargo, rustc), *_rustup_state(), *_overrides()])
    memo = cache / "toolchains" / f"{hashlib.sha256(decides.encode()).hexdigest()[:32]}.txt"
    try:
        version = memo.read_text(encoding="utf-8")
    except OSError:
        version = _ask(rustc)
        write_atomically(memo, version)
    _check(version, min_rust)
    return Toolchain(cargo, version, hashlib.sha256(json.dumps(list(_settings())).encode()).hexdigest())


def find_program(name: str) -> str:
    """Find a program on the PATH or where rustup puts it: a kernel started from a menu has a short PATH."""
    found = shutil.which(name) or shutil.which(name, path=str(cargo_home() / "bin"))
    if found is None:
        raise MachineError(_NO_CARGO.format(name))
    return found


def cargo_home() -> Path:
    """Return the folder of cargo's programs and downloads."""
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def _ask(rustc: str) -> str:
    environment = {**os.environ, "RUST_BACKTRACE": "0"}
    try:
        asked = subprocess.run(
            [rustc, "-vV"], capture_output=True, text=True, encoding="utf-8", check=False, env=environment
        )
    except OSError as error:
        raise MachineError(f"rustc cannot be started: {error.strerror}. Install Rust from https://rustup.rs.") from None
    if asked.returncode:
        raise MachineError(_toolchain_trouble(asked.stderr))
    return asked.stdout


def _toolchain_trouble(words: str) -> str:
    """Keep the first sentence of rustup, and of the file that it names only the name."""
    first = next((line for line in words.splitlines() if line.startswith("error:")), "error: rustc -vV failed")
    first = re.sub(r"'[^']*[\\/]([^'\\/]+)'", r"'\1'", first.removeprefix("error: ")).rstrip(".")
    if "not installed" in first:
        return f"Rust cannot be used here: {first}. Run `rustup toolchain install` with that name, or name another."
    if "override file" in first:
        return f"Rust cannot be used here: {first}. Correct that file, or remove it."
    return f"Rust cannot be used here: {first}. Run `rustup default stable`."


def _check(version: str, min_rust: tuple[int, int]) -> None:
    release = _RELEASE.search(version)
    if release and (int(release[1]), int(release[2])) < min_rust:
        needed = ".".join(map(str, min_rust))
        raise MachineError(
            f"Rust {release[1]}.{release[2]} is too old: the crates of gclab need {needed} or later. "
            "Run `rustup update stable`."
        )


def _programs(*programs: str) -> Iterator[str]:
    for program in programs:
        yield f"{program} {_stamp(Path(program).resolve())}"


def _rustup_state() -> Iterator[str]:
    """Yield what `rustup update`, `rustup default` and a rebuilt linked toolchain change."""
    home = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    yield f"{os.environ.get('RUSTUP_TOOLCHAIN')} {home} {_stamp(home / 'settings.toml')}"
    for folder, inside in (("update-hashes", ""), ("toolchains", f"bin/rustc{'.exe' if os.name == 'nt' else ''}")):
        for path in sorted((home / folder).glob("*")):
            yield f"{path.name} {_stamp(path / inside)}"


def _overrides() -> Iterator[str]:
    """Yield the toolchain files, and the working folder, for which rustup's settings may have an override."""
    here = Path.cwd()
    yield str(here)
    for folder in (here, *here.parents):
        for name in ("rust-toolchain", "rust-toolchain.toml"):
            yield from _content(folder / name)


def _settings() -> Iterator[str]:
    here = Path.cwd()
    for folder in (*(parent / ".cargo" for parent in (here, *here.parents)), cargo_home()):
        for name in ("config", "config.toml"):
            yield from _content(folder / name)
    yield from sorted(f"{name}={value}" for name, value in os.environ.items() if _FLAGS.fullmatch(name))


def _content(path: Path) -> Iterator[str]:
    if path.is_file():
        yield path.read_text(encoding="utf-8", errors="replace")


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "none"
    return f"{status.st_mtime_ns} {status.st_size}"
