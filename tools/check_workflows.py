"""Check .github/workflows with actionlint and zizmor.

zizmor comes with .venv. actionlint is a Go program: the one on PATH is taken, else it is built once, into target/tools.
Without Go that half is skipped, and says so; with CHECKS=required (as in CI) it is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "target" / "tools"
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def actionlint() -> str | None:
    """Find actionlint, or build it, or return ``None`` where there is no Go to build it with."""
    found = shutil.which("actionlint") or shutil.which("actionlint", path=str(TOOLS))
    if found:
        return found
    go = shutil.which("go")
    if go is None:
        return None
    print("check_workflows: building actionlint (once)", flush=True)
    subprocess.run([go, "install", ACTIONLINT], check=True, env={**os.environ, "GOBIN": str(TOOLS)})
    return shutil.which("actionlint", path=str(TOOLS))


def main() -> int:
    """Run both."""
    zizmor = shutil.which("zizmor", path=sysconfig.get_path("scripts"))
    if zizmor is None:
        print("check_workflows: zizmor is not in .venv: run `make setup`")
        return 1
    failed = subprocess.run([zizmor, "--offline", "--quiet", ".github/workflows"], cwd=ROOT, check=False).returncode
    program = actionlint()
    if program is not None:
        failed |= subprocess.run([program], cwd=ROOT, check=False).returncode
    elif os.environ.get("CHECKS") == "required":
        print("check_workflows: actionlint could not be built: install Go 1.21 or newer")
        failed = 1
    else:
        print("check_workflows: actionlint was skipped, since there is no Go here to build it with")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
