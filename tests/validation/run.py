"""Weigh `gclab.audit` against the oracle, construct by construct.

Exit code 1: it accuses an object wrongly, or finds less than 97 % of what leaks or reports twice.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from constructs import Construct, load
from environment import python_with, versions
from question import ACCUSES, Answer, ask, version_of

LEAST_FOUND = 0.97


def main() -> int:
    """Ask, print the table and the totals."""
    chosen = _options()
    python = version_of(chosen.python)
    constructs = [item for item in load(chosen.tables) if chosen.only in item.name and item.truth_on(python)]
    pythons = {lock: python_with(lock) if lock else chosen.python for lock in {item.lock for item in constructs}}
    with ThreadPoolExecutor(chosen.jobs) as pool:
        answers = list(pool.map(lambda item: ask(item, pythons[item.lock]), constructs))
    pinned = {lock: versions(lock) for lock in pythons if lock}
    named = partial(_distribution, pinned, "CPython {}.{}".format(*python))
    for answer in answers:
        print(_row(answer, named(answer.construct)))
        if chosen.explain:
            print(answer.explained, end="\n\n")
    return _totals(answers)


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("tables", nargs="?", default="*/*", help="which tables, as a pattern: stdlib/*, wheels/rust_*")
    options.add_argument("--only", default="", help="only constructs whose names contain this")
    options.add_argument("--python", type=Path, default=Path(sys.executable), help="for the standard library")
    options.add_argument("--explain", action="store_true", help="print what the audit says in words, too")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    return options.parse_args()


def _distribution(pinned: dict[str, dict[str, str]], python: str, construct: Construct) -> str:
    if not construct.lock:
        return python
    return f"{construct.distribution} {pinned[construct.lock][construct.distribution]}"


def _row(answer: Answer, distribution: str) -> str:
    name = answer.construct.name
    return f"{answer.judgement:10}{answer.truth:9}{answer.verdict:16}{answer.seconds:6.2f} s  {distribution:26}{name}"


def _totals(answers: list[Answer]) -> int:
    judged = Counter(answer.judgement for answer in answers)
    wanted = [answer for answer in answers if answer.truth in ACCUSES]
    found = sum(answer.judgement == "right" for answer in wanted)
    seconds = sorted(answer.seconds for answer in answers)
    print(
        f"\n{len(answers)} constructs: {judged['right']} right, {judged['accused']} accused wrongly, "
        f"{judged['missed']} missed, {judged['abstained']} not told, {judged['failed']} failed"
    )
    for truth in ACCUSES:
        these = [answer for answer in wanted if answer.truth == truth]
        print(f"{truth}: {sum(answer.judgement == 'right' for answer in these)} of {len(these)} found")
    print(f"seconds an audit: half below {seconds[len(seconds) // 2]:.2f}, the longest {seconds[-1]:.2f}")
    enough = not wanted or found / len(wanted) >= LEAST_FOUND
    return int(bool(judged["accused"] or judged["failed"]) or not enough)


if __name__ == "__main__":
    sys.exit(main())
