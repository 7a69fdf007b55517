"""Runs pytest in a process of its own, as a user does."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run pytest with the plugin, whether gclab is installed or not."""
    installed = "gclab" in [point.name for point in importlib.metadata.entry_points(group="pytest11")]
    return pytester.runpytest_subprocess(*([] if installed else ["-p", "gclab.pytest_plugin"]), *options)
