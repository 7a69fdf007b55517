"""Ask the oracle and the audit about a construct, each in an interpreter of its own, and compare the answers."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from constructs import HERE

if TYPE_CHECKING:
    from pathlib import Path

    from constructs import Construct

ROUNDS = 3
TIMEOUT = 120  # seconds
SOURCES = HERE.parents[1] / "src"
ACCUSES = ("leaks", "double")


@dataclass(frozen=True)
class Answer:
    """What the oracle and the audit say about a construct.

    Attributes:
        construct: what was asked about.
        truth: ``clean``, ``leaks``, ``double``, ``outside``, ``unowned``, or ``unknown: `` and why.
        verdict: the verdict of the audit, or ``failed: `` and why.
        seconds: how long the audit took.
        explained: what the audit says in words.

    """

    construct: Construct
    truth: str
    verdict: str
    seconds: float
    explained: str

    @property
    def judgement(self) -> str:
        """Return ``right``, ``accused``, ``missed``, ``abstained`` or ``failed``."""
        if self.truth.startswith("unknown") or self.verdict.startswith("failed"):
            return "failed"
        wanted = {"outside": "not-applicable", "unowned": "not-applicable"}.get(self.truth, self.truth)
        if self.verdict == wanted:
            return "right"
        if self.truth in ACCUSES:
            return "missed"
        if self.verdict in ACCUSES:
            return "accused"
        return "abstained" if self.verdict in ("cannot-tell", "not-applicable") else "missed"


def ask(construct: Construct, python: Path) -> Answer:
    """Ask both."""
    truth = _truth(*_run(python, "oracle.py", construct.source))
    lines, ended = _run(python, "verdict.py", construct.source)
    said: dict[str, Any] = lines[-1] if lines else {"verdict": f"failed: {ended}", "seconds": 0.0, "explained": ""}
    return Answer(construct, truth, said["verdict"], said["seconds"], said["explained"])


def _run(python: Path, program: str, source: str) -> tuple[list[dict[str, Any]], str]:
    """Return the lines that a child has said, and how it ended (empty if well)."""
    try:
        done = subprocess.run(
            [python, HERE / program],
            input=source,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
        )
    except subprocess.TimeoutExpired:
        return [], f"no answer in {TIMEOUT} s"
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return lines, "" if done.returncode == 0 else f"exit code {done.returncode} {last}".strip()


def _truth(lines: list[dict[str, int]], ended: str) -> str:
    """Say in one word what the oracle's answers mean."""
    said = {question: count for line in lines for question, count in line.items()}
    if said.get("damaged") or (ended and "leaked" in said):
        return "double"
    if ended:
        return f"unknown: {ended}"
    if said["owned"] < ROUNDS:
        return "unowned"
    if said["leaked"] and said["held_outside"]:
        return "outside"
    return {0: "clean", ROUNDS: "leaks"}.get(said["leaked"], f"unknown: {said['leaked']} of {ROUNDS} leaked")


def version_of(python: Path) -> tuple[int, int]:
    """Return the minor version of an interpreter."""
    said = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=True
    )
    major, minor = map(int, said.stdout.split())
    return major, minor
