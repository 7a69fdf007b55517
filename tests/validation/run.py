"""Weigh `gclab.audit` against the oracle, construct by construct; exit code 1 if it accuses wrongly or misses much."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from constructs import HERE, STDLIB, load
from question import ACCUSES, Answer, ask

ROOT = HERE.parents[1]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("tables", nargs="?", default="*", help="which tables, as a pattern of names")
    options.add_argument("--python", type=Path, default=Path(sys.executable))
    options.add_argument("--only", default="")
    options.add_argument("--explain", action="store_true")
    chosen = options.parse_args()
    constructs = [c for c in load(chosen.tables) if chosen.only in c.name]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda c: ask(c, chosen.python), constructs))
    for a in answers:
        print(f"{a.judgement:10} {a.truth:8} {a.verdict:15} {a.seconds:6.2f}  {a.construct.distribution:12} {a.construct.name}")
        if chosen.explain:
            print(a.explained)
    print(Counter(a.judgement for a in answers), sum(a.seconds for a in answers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
