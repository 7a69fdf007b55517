"""The benchmarks are programs in a folder of their own; these tests import their parts."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "benches"))
