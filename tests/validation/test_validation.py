"""`gclab.audit` against an oracle that shares nothing with it, on objects of the standard library.

The wheels are asked about by `make validate`, which installs them.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from constructs import Construct, load
from environment import versions
from question import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

PYTHON = sys.version_info[:2]
HERE = {construct.name: construct for construct in load("stdlib/*") if construct.truth_on(PYTHON)}


@pytest.fixture(scope="session")
def answers() -> Mapping[str, Answer]:
    """Ask about all at once: each question has an interpreter of its own, and most of its time is waiting."""
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        return dict(zip(HERE, pool.map(lambda item: ask(item, Path(sys.executable)), HERE.values()), strict=True))


@pytest.mark.parametrize("name", HERE)
def test_the_oracle_says_what_the_table_says(name: str, answers: Mapping[str, Answer]) -> None:
    assert answers[name].truth == HERE[name].truth_on(PYTHON)


@pytest.mark.parametrize("name", HERE)
def test_the_audit_accuses_nobody_wrongly_and_finds_what_leaks(name: str, answers: Mapping[str, Answer]) -> None:
    assert answers[name].judgement in ("right", "abstained"), answers[name].explained or answers[name].verdict


def test_the_audit_seldom_abstains(answers: Mapping[str, Answer]) -> None:
    judged = Counter(answer.judgement for answer in answers.values())
    assert judged["abstained"] <= 0.03 * len(answers)


def test_the_tables_are_wide() -> None:
    constructs = load()
    wheels = {construct.distribution for construct in constructs if construct.lock}
    leaking = [construct for construct in constructs if construct.lock and construct.truth_on(PYTHON) == "leaks"]
    assert len(HERE) >= 60
    assert len(wheels) >= 25
    assert len(leaking) >= 12
    assert len({construct.distribution for construct in leaking}) >= 6


def test_every_wheel_of_the_tables_is_pinned() -> None:
    for construct in load("wheels/*"):
        assert construct.distribution in versions(construct.lock), construct.name


@pytest.mark.parametrize(
    ("truth", "verdict", "judgement"),
    [
        ("clean", "clean", "right"),
        ("clean", "leaks", "accused"),
        ("outside", "double", "accused"),
        ("outside", "not-applicable", "right"),
        ("outside", "clean", "missed"),
        ("leaks", "clean", "missed"),
        ("leaks", "cannot-tell", "missed"),
        ("double", "leaks", "missed"),
        ("clean", "cannot-tell", "abstained"),
        ("unknown: 1 of 3 leaked", "clean", "failed"),
    ],
)
def test_an_answer_is_judged(truth: str, verdict: str, judgement: str) -> None:
    construct = Construct("any", "", "", "", {(3,): truth})
    assert Answer(construct, truth, verdict, 0.0, "").judgement == judgement
