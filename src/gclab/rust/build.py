"""From a cell to a module: the only place that knows the order of the steps."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import CellError, CompileError
from gclab.rust import cache as caches
from gclab.rust import expand, loader, trouble
from gclab.rust.cell import Cell, Options, read_cell
from gclab.rust.claims import claim
from gclab.rust.deps import Deps, read_deps
from gclab.rust.diagnostics import Diagnostic, Paths, codes, read_diagnostics, show
from gclab.rust.folding import plain
from gclab.rust.locks import ONE_AT_A_TIME
from gclab.rust.project import Project, manifest_text, write_project
from gclab.rust.slots import hold_slot
from gclab.rust.sources import Sources, digest_folder, find_sources
from gclab.rust.toolchain import Toolchain, find_toolchain

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from gclab.rust.cargo import Run, Step
    from gclab.rust.save import Place

    Report = Callable[[Step], None]


@dataclass(frozen=True)
class Outcome:
    """A cell that did what its line says.

    `module` is None for a cell that was only checked, or failed as expected; `diagnostics` are then its errors, else
    its warnings. `log` tells, line by line, what was done and why. `expansion` is the code for ``--expand``, else
    empty.
    """

    name: str
    module: ModuleType | None
    diagnostics: tuple[Diagnostic, ...]
    log: tuple[str, ...]
    expansion: str = ""


@dataclass(frozen=True)
class _Plan:
    """All that one build needs to know; `place` is for the crate that it saves."""

    cell: Cell
    options: Options
    deps: Deps
    sources: Sources
    toolchain: Toolchain
    cache: caches.Cache
    place: Place | None

    @property
    def target(self) -> Path:
        """The folder in which cargo compiles."""
        return self.cache.target(self.toolchain.version)


def build(text: str, options: Options, default_name: str, report: Report) -> Outcome:
    """Build a cell and load it, or take it from the cache.

    Raises:
        CellError: The line or the cell is wrong, or `options.fails` expects what does not happen.
        CompileError: rustc refuses the cell.
        MachineError: Something is missing on this machine.
        BuildError: cargo failed for another reason.

    """
    with ONE_AT_A_TIME:
        plan = _plan(text, options, default_name)
        loader.check_name(plan.cell.name)
        key = _key(plan)
        try:
            entry, log, fresh = _entry(plan, key, report)
            if entry.library is not None and plan.place is not None:
                _save(plan, plan.place, key, report)
        except OSError as error:
            raise trouble.from_os_error(error, plan.cache.folder) from None
        return _outcome(plan, key, entry, log, fresh=fresh)


def _plan(text: str, options: Options, default_name: str) -> _Plan:
    cell = read_cell(text, options.name, default_name)
    cache, sources = caches.open_cache(), find_sources()
    try:
        toolchain = find_toolchain(cache.folder, sources.min_rust)
    except OSError as error:
        raise trouble.from_os_error(error, cache.folder) from None
    place = None if options.save is None else _place(options.save)
    return _Plan(cell, options, read_deps(options.deps, Path.cwd()), sources, toolchain, cache, place)


def _place(folder: str) -> Place:
    from gclab.rust.save import find_place  # noqa: PLC0415 - few cells are saved

    return find_place(folder, Path.cwd())


@lru_cache(maxsize=1)
def _own_code() -> str:
    """Digest this folder: another version of gclab may build or explain the same cell in another way."""
    return digest_folder(Path(__file__).parent)


def _key(plan: _Plan) -> caches.Key:
    parts = {
        "the cell": plan.cell.source,
        "its crates and features": manifest_text(plan.cell, "", plan.options.features, plan.deps, plan.sources),
        "a crate on this machine": plan.deps.digest,
        "--release": str(plan.options.release),
        "the toolchain": plan.toolchain.version,
        "the settings of cargo": plan.toolchain.settings,
        "the crates of gclab": plan.sources.digest,
        "gclab's way to build": _own_code(),
    }
    return caches.make_key(plan.cell.name, parts)


def _entry(plan: _Plan, key: caches.Key, report: Report) -> tuple[caches.Entry, tuple[str, ...], bool]:
    """Take the result of a build from the cache, or build; say what was done, and whether anything was."""
    entry = plan.cache.lookup(key)
    if entry and not plan.options.force:
        return entry, ("the cell is as it was: nothing was built",), False
    reason = "--force" if plan.options.force else plan.cache.reason(key)
    entry, words = _make(plan, key, report)
    return entry, (f"built because: {reason}", words), True


def _make(plan: _Plan, key: caches.Key, report: Report) -> tuple[caches.Entry, str]:
    """Run cargo and keep what comes out; only a result that another run would repeat is kept."""
    from gclab.rust.evict import keep_below_limit  # noqa: PLC0415 - an unchanged cell removes nothing

    claim(plan.cache.folder, plan.target.name)
    slot = hold_slot(plan.cache.folder / "slots", plan.cell.name)
    manifest = manifest_text(plan.cell, slot.crate, plan.options.features, plan.deps, plan.sources)
    project = write_project(plan.cell, manifest, slot, plan.sources)
    expand.ask(slot.folder)
    run, offline = _run(plan, project, report)
    expansions = expand.read(slot.folder)
    paths = _paths(plan, slot.folder)
    diagnostics = read_diagnostics(run.diagnostics, slot.crate, plan.cell, paths)
    if not run.success and not any(found.is_error and found.placed for found in diagnostics):
        raise trouble.explain(run, offline, paths) from None
    library = run.library(slot.crate)[0] if run.success else None
    entry = plan.cache.store(key, diagnostics, library, expansions)
    keep_below_limit(plan.cache, slot.folder.name)
    return entry, paths.remove(run.words)


def _run(plan: _Plan, project: Project, report: Report) -> tuple[Run, Run]:
    """Compile. Return the last run of cargo, and the first without the network."""
    from gclab.rust.cargo import compile_command, run_cargo, run_with_network_if_needed  # noqa: PLC0415 - an unchanged cell needs no cargo

    release = plan.options.release
    command = compile_command(plan.toolchain.cargo, project.manifest, plan.target, release=release)
    last, first = run_with_network_if_needed(command, report)
    if last.success and last.library(project.slot.crate)[1]:
        # A file system with a coarse clock hides an edit from cargo, and the library is that of the text before.
        os.utime(project.source, (time.time() + 2,) * 2)
        last = run_cargo(command, report, offline=True)
    return last, first


def _save(plan: _Plan, place: Place, key: caches.Key, report: Report) -> None:
    """Save the crate of the cell, unless this very one is there, with the versions that the build has used."""
    if place.key == key.digest:
        return
    if place.name not in ("", key.name):
        raise CellError(
            f"--save: the folder {plan.options.save!r} has the crate of {place.name}. Name another one for {key.name}."
        )
    from gclab.rust.crate import crate_files  # noqa: PLC0415 - few cells are saved
    from gclab.rust.lockfile import correct_lock_file  # noqa: PLC0415
    from gclab.rust.rustfmt import format_rust  # noqa: PLC0415
    from gclab.rust.save import save_crate  # noqa: PLC0415

    files = crate_files(plan.cell, plan.options.features, plan.deps, plan.sources)
    files["src/lib.rs"] = format_rust(files["src/lib.rs"].decode(), plan.cache.formatted).encode()
    used = hold_slot(plan.cache.folder / "slots", plan.cell.name).folder / "Cargo.lock"
    if used.is_file():
        files["Cargo.lock"] = used.read_bytes()

    try:
        save_crate(
            replace(place, key=key.digest, name=key.name),
            files,
            partial(correct_lock_file, plan.toolchain, plan.target, report),
        )
    except OSError as error:
        raise trouble.cannot_write(error, str(plan.options.save)) from None


def _paths(plan: _Plan, folder: Path) -> Paths:
    return Paths(plan.sources.root / "crates", folder, plan.target)


def _outcome(plan: _Plan, key: caches.Key, entry: caches.Entry, log: tuple[str, ...], *, fresh: bool) -> Outcome:
    """Turn what rustc said into what the line asked for."""
    name, fails = plan.cell.name, plan.options.fails
    expansion = ""
    if plan.options.expand:
        expansion = expand.show(entry.expansions, plan.cell.source, plan.cache.formatted)
    if entry.library is None:
        if fails is None:
            rendered = show(entry.diagnostics, whole=plan.options.verbose)
            raise CompileError(plain(rendered), rendered, codes(entry.diagnostics), expansion)
        _check_failure(fails, entry.diagnostics)
        return Outcome(name, None, entry.diagnostics, log, expansion)
    if fails is not None:
        raise CellError(f"This cell was to fail{f' with {fails}' if fails else ''}, but it compiles.")
    if plan.options.check:
        # A whole build, not `cargo check`. That takes half the time after an edit, 0.1 s less; but it compiles every
        # dependency a second time, misses errors that come after the types, and the build would still be to do.
        return Outcome(name, None, entry.diagnostics, log, expansion)
    module = (None if fresh else loader.loaded(key.digest)) or loader.load(key.digest, name, entry.library)
    return Outcome(name, module, entry.diagnostics, log, expansion)


def _check_failure(expected: str, diagnostics: tuple[Diagnostic, ...]) -> None:
    found = codes(diagnostics)
    if expected and expected not in found:
        what = " and ".join(found) or "errors without a code"
        raise CellError(
            f"This cell was to fail with {expected}, but it fails with {what}.\n\n{plain(show(diagnostics))}"
        )
