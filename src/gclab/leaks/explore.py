"""``gclab audit MODULE``: tries what a module offers, and audits each class that keeps what it is given."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gclab.errors import FactoryError, GclabError
from gclab.leaks.audit import Audit, audit
from gclab.leaks.isolated import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gclab.leaks.extensions import Extensions
    from gclab.leaks.recipes import Recipe

__all__ = ["Exploration", "Finding", "explore"]

_MOST_CRASHES: Final = 20
_SECONDS: Final = 5  # for one try; what takes longer waits for something
_MOST_AUDITS: Final = 8  # of one class or function
_MOST_CALLS: Final = 3  # of those, where the object is an argument of its call; of each other way, one


@dataclass(frozen=True)
class Finding:
    """A way to give an object to something that keeps it, and the audit of that."""

    recipe: Recipe
    audit: Audit


@dataclass(frozen=True)
class Exploration:
    """What was tried in a module, and what came out.

    Attributes:
        module: its name.
        modules: the names of what was looked at: the module, and the extension modules inside it.
        skipped: extension modules inside it that could not be looked at, with the reason.
        tried: how many ways to give an object were tried.
        targets: how many classes and functions they belong to.
        kept: the names of those that kept what they were given.
        unusable: the names of those for which no way worked.
        crashes: the tries that ended the child interpreter, with how they ended it.
        findings: the audits.

    """

    module: str
    modules: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    tried: int
    targets: int
    kept: tuple[str, ...]
    unusable: tuple[str, ...]
    crashes: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


def explore(module: str, report: Callable[[str], None]) -> Exploration:
    """Try what `module` offers in child interpreters, and audit what keeps its argument.

    Args:
        module: a name that can be imported.
        report: is told in words what is done at the moment.

    Raises:
        GclabError: the module cannot be imported.

    """
    report(f"looking at {module}")
    listed = isolated(_listed, module, timeout=120)
    if not listed.ok:
        said = repr(listed).removeprefix("isolated: ")
        raise GclabError(f"{module} cannot be looked at: {said}. Is it installed beside gclab, and is that its name?")
    found: Extensions = listed.value[0]
    recipes: list[Recipe] = listed.value[1]
    holding, crashes = _holding(module, recipes, report)
    targets = list(dict.fromkeys(recipe.target for recipe in recipes))
    kept = tuple(dict.fromkeys(recipe.target for recipe in holding))
    unusable = tuple(target for target in targets if target not in kept)
    findings = tuple(_audited(holding, report))
    return Exploration(
        module=module,
        modules=found.modules,
        skipped=found.skipped,
        tried=len(recipes),
        targets=len(targets),
        kept=kept,
        unusable=unusable,
        crashes=tuple(crashes),
        findings=findings,
    )


def _holding(
    module: str, recipes: list[Recipe], report: Callable[[str], None]
) -> tuple[list[Recipe], list[tuple[str, str]]]:
    """Try the recipes in one child; after a crash or a try that waits, go on behind it in another one."""
    holding: list[Recipe] = []
    crashes: list[tuple[str, str]] = []
    left = recipes
    with tempfile.TemporaryDirectory(prefix="gclab-", ignore_cleanup_errors=True) as name:
        log = Path(name) / "log"
        while left and len(crashes) < _MOST_CRASHES:
            report(f"trying {len(left)} ways to give an object to {module}")
            log.write_text("")
            ended = isolated(_tried, left, str(log), _SECONDS, timeout=_SECONDS * 60)
            tried, held = _read(log)
            holding += [left[place] for place in held]
            if ended.finished:
                break
            crashes.append((left[tried].source, repr(ended).removeprefix("isolated: ")))
            left = left[tried + 1 :]
    return holding, crashes


def _read(log: Path) -> tuple[int, list[int]]:
    """Return the last try that was begun, and those after which the object was kept."""
    lines = log.read_text().split()
    begun = [int(line[1:]) for line in lines if line[0] == "?"]
    return (begun or [0])[-1], [int(line[1:]) for line in lines if line[0] == "+"]


def _audited(holding: list[Recipe], report: Callable[[str], None]) -> Iterator[Finding]:
    done: Counter[str | tuple[str, str]] = Counter()
    for recipe in holding:
        way = (recipe.target, recipe.way)
        if done[recipe.target] < _MOST_AUDITS and done[way] < (1 if recipe.way else _MOST_CALLS):
            done.update((recipe.target, way))
            report(f"auditing {recipe.target}")
            with suppress(FactoryError):
                yield Finding(recipe, audit(partial(_call, recipe), isolate=True))


def _call(recipe: Recipe, probe: object) -> object:
    return recipe.factory()(probe)


def _listed(module: str) -> tuple[Extensions, list[Recipe]]:
    from gclab.leaks.extensions import extensions  # noqa: PLC0415 - runs alone
    from gclab.leaks.recipes import recipes  # noqa: PLC0415

    found = extensions(module)
    return found, list(recipes(*found.modules))


def _tried(recipes: list[Recipe], log: str, seconds: int) -> None:
    """Run in the child: write down which factories keep the object that they are given."""
    import contextlib  # noqa: PLC0415 - runs alone
    import importlib  # noqa: PLC0415
    import io  # noqa: PLC0415
    import os  # noqa: PLC0415
    import signal  # noqa: PLC0415
    import warnings  # noqa: PLC0415

    from gclab.leaks.recipes import is_kept  # noqa: PLC0415

    warnings.simplefilter("ignore")
    for module in {recipe.module for recipe in recipes}:
        importlib.import_module(module)
    os.chdir(os.path.dirname(log))  # noqa: PTH120 - what a call writes goes with the folder
    limit = getattr(signal, "setitimer", lambda *_: None)  # its default action ends the process
    with open(log, "a", buffering=1) as notes, contextlib.redirect_stdout(io.StringIO()):  # noqa: PTH123
        for place, recipe in enumerate(recipes):
            notes.write(f"?{place}\n")
            limit(0, seconds)
            if is_kept(recipe.factory()):
                notes.write(f"+{place}\n")
        limit(0, 0)
