"""The lock file of a crate that is written for somebody: complete, so that ``cargo --locked`` accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gclab.rust import trouble
from gclab.rust.cargo import lock_command, run_with_network_if_needed
from gclab.rust.diagnostics import Paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gclab.rust.cargo import Step
    from gclab.rust.toolchain import Toolchain


def correct_lock_file(toolchain: Toolchain, target: Path, report: Callable[[Step], None], folder: Path) -> None:
    """Remove from ``Cargo.lock`` what the crate in `folder` does not need, and add what it lacks.

    Raises:
        GclabError: cargo cannot do it: a crate is missing and there is no network, or a version does not exist.

    """
    command = lock_command(toolchain.cargo, folder / "Cargo.toml", target)
    run, offline = run_with_network_if_needed(command, report)
    if not run.success:
        raise trouble.explain(run, offline, Paths(folder / "vendor", folder, target)) from None
