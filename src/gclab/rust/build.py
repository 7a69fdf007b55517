"""From a cell to a module: the only place that knows the order of the steps."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import CellError, CompileError
from gclab.rust import cache as caches
from gclab.rust import expand, loader, trouble
from gclab.rust.cell import Cell, Options, read_cell
from gclab.rust.deps import Deps, read_deps
from gclab.rust.diagnostics import Diagnostic, Paths, codes, read_diagnostics, show
from gclab.rust.folding import plain
from gclab.rust.project import Project, manifest_text, write_project
from gclab.rust.slots import hold_slot
from gclab.rust.sources import Sources, digest_folder, find_sources
from gclab.rust.toolchain import Toolchain, find_toolchain

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from gclab.rust.cargo import Run, Step

_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """A cell that did what its line says.

    `module` is None for a cell that failed as expected; `diagnostics` are then its errors, else its warnings.
    `log` tells, line by line, what was done and why. `expansion` is the code for ``--expand``, else empty.
    """

    name: str
    module: ModuleType | None
    diagnostics: tuple[Diagnostic, ...]
    log: tuple[str, ...]
    expansion: str = ""


@dataclass(frozen=True)
class _Plan:
    """All that one build needs to know."""

    cell: Cell
    options: Options
    deps: Deps
    sources: Sources
    toolchain: Toolchain
    cache: caches.Cache


def build(text: str, options: Options, default_name: str, report: Callable[[Step], None]) -> Outcome:
    """Build a cell and load it, or take it from the cache.

    Raises:
        CellError: The line or the cell is wrong, or `options.fails` expects what does not happen.
        CompileError: rustc refuses the cell.
        MachineError: Something is missing on this machine.
        BuildError: cargo failed for another reason.

    """
    with _ONE_AT_A_TIME:
        plan = _plan(text, options, default_name)
        loader.check_name(plan.cell.name)
        key = _key(plan)
        found = None if options.force else plan.cache.lookup(key)
        if found:
            return _outcome(plan, key, found, ("the cell is as it was: nothing was built",))
        reason = "--force" if options.force else plan.cache.reason(key)
        entry, words = _make(plan, key, report)
        return _outcome(plan, key, entry, (f"built because: {reason}", words), fresh=True)


def _plan(text: str, options: Options, default_name: str) -> _Plan:
    cell = read_cell(text, options.name, default_name)
    cache, sources = caches.open_cache(), find_sources()
    try:
        toolchain = find_toolchain(cache.folder, sources.min_rust)
    except OSError as error:
        raise trouble.from_os_error(error, cache.folder) from None
    return _Plan(cell, options, read_deps(options.deps, Path.cwd()), sources, toolchain, cache)


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


def _make(plan: _Plan, key: caches.Key, report: Callable[[Step], None]) -> tuple[caches.Entry, str]:
    """Run cargo and keep what comes out; only a result that another run would repeat is kept."""
    try:
        slot = hold_slot(plan.cache.folder / "slots", plan.cell.name)
        manifest = manifest_text(plan.cell, slot.crate, plan.options.features, plan.deps, plan.sources)
        project = write_project(plan.cell, manifest, slot, plan.sources)
        paths = Paths(plan.sources.root / "crates", slot.folder, plan.cache.target)
        expand.ask(slot.folder)
        run, offline = _run(plan, project, report)
        expansions = expand.read(slot.folder)
        diagnostics = read_diagnostics(run.diagnostics, slot.crate, plan.cell, paths)
        if run.success:
            return plan.cache.store(key, diagnostics, run.library(slot.crate)[0], expansions), paths.remove(run.words)
        if not any(found.is_error and found.placed for found in diagnostics):
            raise trouble.explain(run, offline, paths) from None
        return plan.cache.store(key, diagnostics, None, expansions), paths.remove(run.words)
    except OSError as error:
        raise trouble.from_os_error(error, plan.cache.folder) from None


def _run(plan: _Plan, project: Project, report: Callable[[Step], None]) -> tuple[Run, Run]:
    """Run cargo without the network, and with it only if a crate is missing. Return the last run and the first."""
    from gclab.rust.cargo import Command, run_cargo  # noqa: PLC0415 - an unchanged cell needs no cargo

    command = Command(plan.toolchain.cargo, project.manifest, plan.cache.target, plan.options.release)
    first = last = run_cargo(command, report, offline=True)
    if trouble.wants_network(first):
        last = run_cargo(command, report, offline=False)
    if last.success and last.library(project.slot.crate)[1]:
        # A file system with a coarse clock hides an edit from cargo, and the library is that of the text before.
        os.utime(project.source, (time.time() + 2,) * 2)
        last = run_cargo(command, report, offline=True)
    return last, first


def _outcome(
    plan: _Plan, key: caches.Key, entry: caches.Entry, log: tuple[str, ...], *, fresh: bool = False
) -> Outcome:
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
    module = (None if fresh else loader.loaded(key.digest)) or loader.load(key.digest, name, entry.library)
    return Outcome(name, module, entry.diagnostics, log, expansion)


def _check_failure(expected: str, diagnostics: tuple[Diagnostic, ...]) -> None:
    found = codes(diagnostics)
    if expected and expected not in found:
        what = " and ".join(found) or "errors without a code"
        raise CellError(
            f"This cell was to fail with {expected}, but it fails with {what}.\n\n{plain(show(diagnostics))}"
        )
