"""`gclab.audit` tells whether an object reports to the collector each reference that it owns, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gclab.errors import FactoryError
from gclab.graphs.model import plural
from gclab.leaks.cycle import Cycle
from gclab.leaks.elsewhere import Crash, measure_elsewhere, packed
from gclab.leaks.factory import Probe
from gclab.leaks.measure import Evidence, Part, measure
from gclab.leaks.roots import Step

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Audit", "Verdict", "audit"]

Verdict = Literal["clean", "leaks", "double", "not-applicable", "cannot-tell"]

_SHORT: dict[Verdict, str] = {
    "clean": "every reference is reported, and a cycle through it is collected",
    "leaks": "a cycle through it is never collected",
    "double": "a reference is reported more often than it is owned: live objects can be destroyed",
    "not-applicable": "it owns no reference to the probe object, or something outside it does as well",
    "cannot-tell": "the measurements cannot be believed here",
}

_CRASH = "A crash while the collector runs is often the trace of a reference that is visited twice."
_MEND = "To do: visit it in `tp_traverse` and drop it in `tp_clear`; in PyO3, `#[pyo3_gc::pyclass]` writes both."
_VISIT = (
    "To do: let the traverse do nothing but visit. In PyO3, it fails where it panics or attaches to Python; "
    "`#[pyo3_gc::pyclass]` writes one that does neither."
)
_CLEAR = "To do: drop the references in `tp_clear`; in PyO3, `#[pyo3_gc::pyclass]` writes it."
_ONCE = "To do: visit what an object owns alone, and once. What clones share, as of an `Arc`, belongs into a `GcArc`."


@dataclass(frozen=True, repr=False)
class Audit:
    """The answer of `audit`. It is true for the verdict ``clean`` only.

    Attributes:
        verdict: ``clean``, ``leaks``, ``double``, ``not-applicable`` or ``cannot-tell``.
        evidence: the measurements behind it; None after a crash.
        crash: how the child interpreter ended, if it did not reach the end; else empty.
        isolated: whether the measurements were made in a child interpreter.

    """

    verdict: Verdict
    evidence: Evidence | None
    crash: str = ""
    isolated: bool = False

    def __bool__(self) -> bool:
        return self.verdict == "clean"

    def __repr__(self) -> str:
        if self.evidence is None:
            return f"{self.verdict}: the measurement did not reach its end: {self.crash}"
        return f"{self.verdict}: {self.evidence.owner}: {_SHORT[self.verdict]}"

    def explain(self) -> str:
        """Say in sentences what was measured, what it means, and draw the smallest cycle."""
        if self.evidence is None:
            return f"{self!r}\n\n{_CRASH}"
        sentences = [repr(self), "", *_facts(self.evidence), *_causes(self.verdict, self.evidence)]
        drawn = ["", str(self.cycle)] if self.cycle else []
        return "\n".join([*sentences, *drawn])

    @property
    def cycle(self) -> Cycle | None:
        """The smallest cycle that leaks; None for other verdicts."""
        return _cycle_of(self.evidence) if self.verdict == "leaks" and self.evidence else None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show the cycle as a picture; without one, what `explain` says, or one line if the owner is clean."""
        if self.evidence is None or self.cycle is None:
            return {"text/plain": repr(self) if self and not _failures(self.evidence) else self.explain()}
        picture = self.cycle.graph(repr(self), *_facts(self.evidence)[:1], *_failures(self.evidence))
        return {**picture._repr_mimebundle_(include, exclude), "text/plain": self.explain()}


def audit(
    factory: Callable[[Any], object],
    probe: Callable[[], Any] = Probe,
    *,
    isolate: bool | None = None,
    timeout: float = 60.0,
) -> Audit:
    """Tell whether what `factory` makes reports each reference that it owns exactly once.

    Two independent measurements decide. *Edges*: how many references to a fresh probe object the factory's work adds,
    against how many of them tracked objects report. *Life*: whether a cycle through the owner is collected, and
    whether a probe object in use survives collections untouched. Both are also made on an owner that is known to be
    right, and believed only where they come out right for it.

    ================  ==================================================================================
    ``clean``         a cycle through the owner is collected, and a probe object in use is left alone
    ``leaks``         a cycle through the owner survives, and nothing outside holds it
    ``double``        a reference is reported more often than it is owned, or a live object was destroyed
    ``not-applicable``  the owner holds no reference to the probe object, or something outside holds one, too
    ``cannot-tell``   the measurements contradict each other, or mean nothing on this interpreter
    ================  ==================================================================================

    Args:
        factory: takes the probe object, returns the object that now owns it, or a list of objects that share it.
        probe: makes the probe object; by default it can be called, hashed and weakly referenced.
        isolate: whether to measure in a child interpreter, where a crash is a result. By default it is one if the
            functions can be sent there: what they use is pickled, classes and modules of files by their name.
        timeout: seconds that the child may take.

    Raises:
        FactoryError: the factory refused its argument or returned nothing, or it cannot be sent and `isolate` is true.

    """
    sent = None if isolate is False else packed(factory, probe)
    if sent is None:
        if isolate:
            raise FactoryError(
                "the factory cannot be sent to a child interpreter: something that it uses cannot be pickled"
            )
        evidence = measure(factory, probe)
        return Audit(judge(evidence), evidence)
    try:
        evidence = measure_elsewhere(sent, timeout)
    except Crash as crash:
        return Audit("cannot-tell", None, str(crash), isolated=True)
    return Audit(judge(evidence), evidence, isolated=True)


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict that follows from the measurements."""
    found: Verdict = "leaks"
    if not evidence.collector:
        found = "cannot-tell"
    elif not evidence.survived or (evidence.counts and evidence.doubled):
        found = "double"
    elif evidence.counts and not evidence.owned:
        found = "not-applicable"
    elif evidence.collected:
        found = "clean"
    elif not evidence.counts or (evidence.outside and evidence.owner_alive and not evidence.holder):
        found = "cannot-tell"
    elif evidence.outside:
        found = "not-applicable"
    return found


def _facts(evidence: Evidence) -> list[str]:
    owner = evidence.owner
    lines = []
    if evidence.counts:
        lines.append(
            f"The factory's work adds {plural(evidence.owned, 'reference')} to the probe object; "
            f"the collector is told of {evidence.reported}."
        )
    else:
        lines.append("Reference counts mean nothing on this interpreter, so the edges were not weighed.")
    lines += _failures(evidence)
    lines.append(f"A cycle through the {owner} was {'collected' if evidence.collected else 'not collected'}.")
    touched = "was left alone" if evidence.survived else "was damaged, although a variable held it"
    lines.append(f"A probe object in use {touched}.")
    return lines


def _failures(evidence: Evidence | None) -> list[str]:
    return [
        f"The traverse of the {name} fails. The collector ignores that, and sees only what was visited before."
        for name in (evidence.failing if evidence else ())
    ]


def _causes(verdict: Verdict, evidence: Evidence) -> list[str]:
    """Say why, as far as the measurements tell."""
    lines: list[str] = []
    if verdict == "double":
        garbage = "The collector took an object in use for garbage: a reference is reported that nobody owns."
        lines = [*([_too_often(part) for part in evidence.doubled] or [garbage]), _ONCE]
    elif verdict == "leaks":
        lines = _leak_causes(evidence)
    elif verdict == "not-applicable" and not evidence.owned:
        lines = [f"The {evidence.owner} does not hold the probe object: its reference count did not grow."]
    elif verdict == "not-applicable":
        lines = [
            f"{plural(evidence.outside, 'reference')} to the probe object remained after the owner was dropped.",
            f"It is held by {evidence.holder or 'something that no Python object reports'}.",
            "Let the factory keep nothing outside the object that it returns.",
        ]
    elif verdict == "cannot-tell" and evidence.outside:
        lines = [
            f"The {evidence.owner} stayed alive after it was dropped, even without a cycle through the probe object.",
            "Either a native registry keeps it, or it is part of a cycle of its own that leaks.",
        ]
    return lines


def _leak_causes(evidence: Evidence) -> list[str]:
    if not evidence.takes_part:
        return [
            f"Objects of {evidence.owner} take no part in garbage collection: the class has no `tp_traverse`.",
            _MEND,
        ]
    if evidence.hidden:
        return [*map(_not_reported, evidence.hidden), _VISIT if evidence.failing else _MEND]
    if evidence.holder:
        return [f"Every reference is reported. It is held by {evidence.holder} as long as the owner is alive."]
    return ["Every reference is reported, so nothing in the cycle drops its references when it is cleared.", _CLEAR]


def _not_reported(part: Part) -> str:
    hidden = part.references - part.reported
    owner = "its owner hides it" if part.references == 1 else f"the owner of {hidden} of them does not report"
    return (
        f"{plural(part.references, 'reference')} to a {part.type_name}, {part.reported} reported: "
        f"{owner}{' from the collector' if part.references == 1 else ''}."
    )


def _too_often(part: Part) -> str:
    return f"{plural(part.references, 'reference')} to a {part.type_name}, but it is reported {part.reported} times."


def _cycle_of(evidence: Evidence) -> Cycle | None:
    """Return the smallest cycle that the measurements prove."""
    if evidence.picture is None:
        return None
    nodes = evidence.picture.nodes
    probe, hidden = nodes[0].type_name, [part.type_name for part in evidence.hidden[:1]]
    between = [name for name in hidden if name != probe]
    names = [(probe, "owner"), (evidence.owner, ""), *((name, "") for name in between)]
    is_native = any(node.kind == "native" and node.type_name == evidence.owner for node in nodes)
    steps = tuple(Step(place, name, "", label) for place, (name, label) in enumerate(names))
    return Cycle(steps, hiding=1 if hidden else None, native=1 if is_native else None)
