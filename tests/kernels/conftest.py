"""Real kernels, spoken to as a front end speaks to them."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_client.blocking.client import BlockingKernelClient

ROOT = Path(__file__).resolve().parents[2]
Message = dict[str, Any]
# A constant that takes rustc about a second for each million steps.
_SLOW = """\
const fn spin(n: u64) -> u64 { let mut i = 0; let mut x = 0; while i < n { x ^= i; i += 1; } x }
#[allow(long_running_const_eval)]
const X: u64 = spin(STEPS);
#[pyo3::pyfunction]
fn answer() -> u64 { X - X + 42 }
"""


class SlowCell(Protocol):
    def __call__(self, millions: int) -> str: ...


class Kernel:
    """A kernel that has loaded gclab, and its messages."""

    def __init__(self) -> None:
        self.manager = KernelManager(kernel_name="python3")
        # Under pytest, ipykernel does not pass on what native code writes.
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        self.manager.start_kernel(cwd=str(ROOT), env=environment)
        self._client: BlockingKernelClient = self.manager.blocking_client()
        self._client.start_channels()
        self.load()

    def load(self) -> None:
        """Wait until the kernel answers, and load gclab."""
        self._client.wait_for_ready(timeout=300)
        assert self.run("%load_ext gclab") == []

    def send(self, code: str) -> str:
        """Ask for the execution of a cell; return the request's id."""
        return str(self._client.execute(code))

    def next(self, request: str, seconds: float = 100) -> Message:
        """Return the next message that belongs to a request."""
        end = time.monotonic() + seconds
        while True:
            message: Message = self._client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
            if message["parent_header"].get("msg_id") == request:
                return message

    def rest(self, request: str) -> list[Message]:
        """Return what a cell publishes until it has ended, without the frame that every cell has."""
        found = []
        while (message := self.next(request))["content"].get("execution_state") != "idle":
            if message["msg_type"] not in ("status", "execute_input"):
                found.append(message)
        return found

    def run(self, code: str) -> list[Message]:
        """Execute a cell and return what it published."""
        return self.rest(self.send(code))

    def until_progress(self, request: str) -> str:
        """Wait until the cell shows how far its build is; return that line."""
        while (message := self.next(request))["msg_type"] != "display_data":
            assert message["content"].get("execution_state") != "idle", "the cell ended without progress"
        return str(message["content"]["data"]["text/plain"])

    def stop(self) -> None:
        """End the kernel and close its channels."""
        self._client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()


@pytest.fixture(autouse=True)
def _here(environment: None) -> None:
    """Let every test have the environment of the run."""


@pytest.fixture
def start() -> Iterator[Callable[[], Kernel]]:
    """Start kernels that end with the test."""
    started: list[Kernel] = []

    def start_one() -> Kernel:
        started.append(Kernel())
        return started[-1]

    yield start_one
    for kernel in started:
        kernel.stop()


@pytest.fixture
def slow_cell() -> SlowCell:
    """Return the text of a cell that no build has seen, and that takes some seconds to compile."""

    def text(millions: int) -> str:
        return _SLOW.replace("STEPS", str(millions * 1_000_000 + 4 * secrets.randbelow(10_000) + 2))

    return text
