"""The measurements of `gclab.audit` in a child interpreter, so that a crash is a result."""

from __future__ import annotations

import pickle
import sys
from typing import TYPE_CHECKING, Any

import cloudpickle

from gclab.errors import FactoryError
from gclab.leaks.isolated import isolated

if TYPE_CHECKING:
    from collections.abc import Callable

    from gclab.leaks.measure import Evidence

__all__ = ["Crash", "measure_elsewhere", "packed"]


class Crash(Exception):  # noqa: N818 - it is the answer of a measurement
    """The child interpreter did not reach the end; the message says how it ended."""


def packed(factory: Callable[[Any], object], make: Callable[[], Any]) -> bytes | None:
    """Return both functions as bytes; None if they cannot be sent: they hold a lock, a socket or an open file."""
    try:
        return bytes(cloudpickle.dumps((factory, make)))
    except Exception:  # noqa: BLE001 - objects raise anything while they are pickled
        return None


def measure_elsewhere(sent: bytes, timeout: float) -> Evidence:
    """Measure in a child interpreter.

    Raises:
        Crash: the child was ended by a signal, by itself, or because its time was over.
        FactoryError: the factory or the probe object cannot be used for the question.

    """
    result = isolated(_there, sent, sys.path, timeout=timeout)
    if not result.finished:
        raise Crash(repr(result).removeprefix("isolated: "))
    kind: str
    value: Any
    kind, value = result.value if result.value is not None else ("error", f"{result.error}: {result.message}")
    if kind == "refused":
        raise FactoryError(value)
    if kind == "error":
        raise Crash(value)
    evidence: Evidence = pickle.loads(value)  # noqa: S301 - our own child wrote it
    return evidence


def _there(sent: bytes, path: list[str]) -> tuple[str, object]:
    """Run in the child: it needs the same packages, so only the same interpreter will do."""
    import pickle  # noqa: PLC0415 - runs alone
    import sys  # noqa: PLC0415

    sys.path[:] = path

    from gclab.errors import FactoryError  # noqa: PLC0415
    from gclab.leaks.measure import measure  # noqa: PLC0415

    factory, make = pickle.loads(sent)  # noqa: S301 - our own parent wrote it
    try:
        return "evidence", pickle.dumps(measure(factory, make))
    except FactoryError as refused:
        return "refused", str(refused)
