"""The pictures of the README are those that the chapter draws today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_pictures_of_the_readme_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/pictures.py", "--check"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
