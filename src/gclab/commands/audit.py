"""Tell which classes hide references from Python's garbage collector.

TARGET is an installed module or package: its native classes and functions are
tried in child interpreters, and each that keeps what it is given is audited.
Or it is FILE.py:FACTORY, a function that takes an object and returns the
object that now owns it; then that alone is audited.

Examples:
  gclab audit rpds
  gclab audit tests/factories.py:session
  gclab audit --json mymodule > findings.json

"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gclab.commands.script import load
from gclab.errors import FactoryError
from gclab.leaks.audit import Audit
from gclab.leaks.audit import audit as audit_factory
from gclab.leaks.explore import Exploration, Finding, explore

if TYPE_CHECKING:
    import argparse

    from gclab.commands.terminal import Terminal

_KINDS = {"clean": "good", "leaks": "bad", "double": "bad", "not-applicable": "doubt", "cannot-tell": "doubt"}
_FOUND = ("leaks", "double")
_MOST_NAMES = 12


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("target", metavar="TARGET", help="a module, or FILE.py:FACTORY")
    parser.add_argument("--json", action="store_true", help="write the findings as JSON")


def run(given: argparse.Namespace, terminal: Terminal) -> int:
    """Audit, and return 1 if a leak or a double visit was found."""
    file, colon, name = given.target.rpartition(":")
    if colon and file.endswith(".py"):
        return _one(Path(file), name, terminal)
    if given.target.endswith(".py"):
        raise FactoryError(f"which function of {given.target}? Name it: gclab audit {given.target}:FACTORY")
    return _all(explore(given.target, terminal.progress), terminal)


def _one(file: Path, name: str, terminal: Terminal) -> int:
    load(file, name)
    terminal.progress(f"auditing {name}")
    found = audit_factory(partial(_call, str(file.absolute()), name), isolate=True)
    terminal.say(found.explain(), _KINDS[found.verdict])
    terminal.result(_data(found))
    return 2 if found.verdict == "cannot-tell" else int(found.verdict in _FOUND)


def _call(file: str, name: str, probe: object) -> object:
    return load(Path(file), name)(probe)


def _all(found: Exploration, terminal: Terminal) -> int:
    by_target: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        by_target[finding.recipe.target].append(finding)
    for target, findings in by_target.items():
        worst = max(findings, key=lambda finding: finding.audit.verdict in _FOUND)
        terminal.say(f"{worst.audit.verdict:14} {target}", _KINDS[worst.audit.verdict])
        if worst.audit.verdict != "clean":
            terminal.say(f"    lambda probe: {worst.recipe.source}")
            for line in worst.audit.explain().splitlines()[2:]:
                terminal.say(f"    {line}".rstrip())
    _summary(found, terminal)
    terminal.result(
        {
            "module": found.module,
            "modules": found.modules,
            "skipped": [{"module": name, "reason": reason} for name, reason in found.skipped],
            "tried": found.tried,
            "unusable": found.unusable,
            "crashes": [{"source": source, "ended": ended} for source, ended in found.crashes],
            "findings": [
                {"target": one.recipe.target, "factory": one.recipe.source, **_data(one.audit)}
                for one in found.findings
            ],
        }
    )
    if any(finding.audit.verdict in _FOUND for finding in found.findings):
        return 1
    return 0 if found.findings else 2


def _summary(found: Exploration, terminal: Terminal) -> None:
    terminal.say(f"\nLooked at {', '.join(found.modules)}.")
    for name, reason in found.skipped:
        terminal.say(f"{name} could not be looked at: {reason}", "doubt")
    if not found.targets:
        terminal.say("There is no native class or function outside the standard library in it, so nothing was tried.")
        return
    terminal.say(
        f"{found.module}: {found.tried} ways to give an object were tried on {found.targets} of its native classes "
        f"and functions. These keep what they are given: {', '.join(found.kept) or 'none'}."
    )
    if found.unusable:
        names = ", ".join(found.unusable[:_MOST_NAMES])
        more = f" and {len(found.unusable) - _MOST_NAMES} more" if len(found.unusable) > _MOST_NAMES else ""
        terminal.say(f"These kept nothing in any way that was tried, so nothing is known of them: {names}{more}.")
        terminal.say("If one of them should keep an object, write a factory: gclab audit FILE.py:FACTORY")
    for source, ended in found.crashes:
        terminal.say(f"{source}: {ended}", "doubt")


def _data(found: Audit) -> dict[str, Any]:
    evidence = asdict(found.evidence) if found.evidence else None
    if evidence:
        del evidence["picture"]
    return {"verdict": found.verdict, "crash": found.crash, "evidence": evidence}
