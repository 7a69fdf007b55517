"""The verdict of `gclab.audit` about one construct.

A program: the source text comes on standard input, one JSON object goes to standard output.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import gclab
from gclab.leaks.factory import Probe


def main() -> None:
    """Audit the source text on standard input."""
    space: dict[str, Any] = {"__name__": "construct"}
    exec(compile(sys.stdin.read(), "construct", "exec"), space)  # noqa: S102 - the construct's own text
    began = time.perf_counter()
    found = gclab.audit(space["factory"], space.get("make", Probe), isolate=False)
    seconds = time.perf_counter() - began
    print(json.dumps({"verdict": found.verdict, "seconds": round(seconds, 3), "explained": found.explain()}))


if __name__ == "__main__":
    main()
