"""`gclab.audit` finds what is hidden, what is reported twice, and accuses nobody wrongly."""

from __future__ import annotations

import ctypes
import dataclasses
import functools
import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from owners import Doubled, Owner, Unreported

import gclab
from gclab.leaks import measure
from gclab.leaks.audit import judge
from gclab.leaks.factory import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT: list[object] = []


def keeps_the_probe(probe: object) -> Owner:
    KEPT.append(probe)
    return Owner(probe)


def keeps_the_owner(probe: object) -> Owner:
    KEPT.append(Owner(probe))
    return KEPT[-1]  # type: ignore[return-value]


def keeps_a_hidden_owner(probe: object) -> Owner:
    """As a native registry would: nothing reports the reference to the owner."""
    owner = Owner(probe)
    KEPT.append(Unreported(owner))
    return owner


def proof(found: gclab.Audit) -> measure.Evidence:
    """Return the measurements of an audit that reached its end."""
    assert found.evidence is not None
    return found.evidence


RIGHT: dict[str, Callable[[Any], object]] = {
    "an instance": Owner,
    "a partial": lambda probe: functools.partial(print, probe),
    "three references are three": lambda probe: Owner([probe, probe, (probe,)]),
    "behind a private tuple": lambda probe: Owner((1, (2, (probe,)))),
    "a dictionary's key": lambda probe: Owner({probe: 1}),
    "a generator": lambda probe: (item for item in (probe, probe)),
    "several owners share a list": lambda probe: [Owner(shared) for shared in [[probe]] for _ in range(2)],
    "a method": lambda probe: Owner(probe.__call__),
    "an exception": ValueError,
    "a class": lambda probe: type("Made", (), {"held": probe}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_reports_everything_is_clean(name: str) -> None:
    found = gclab.audit(RIGHT[name])
    assert found.verdict == "clean", found.explain()
    assert found
    assert proof(found).owned == proof(found).reported


@pytest.mark.parametrize(
    ("factory", "hidden"),
    [
        (Unreported, "Probe"),
        (lambda probe: Unreported([probe]), "list"),
        (lambda probe: Unreported(probe.__call__), "method"),
        (lambda probe: Owner(Unreported({"key": probe})), "dict"),
        (lambda probe: [Owner(probe), Unreported(probe)], "Probe"),
    ],
)
def test_a_hidden_reference_is_named(factory: Callable[[Any], object], hidden: str) -> None:
    found = gclab.audit(factory)
    assert found.verdict == "leaks"
    assert not found
    assert [part.type_name for part in proof(found).hidden] == [hidden]
    assert f"references to a {hidden}" in found.explain() or f"reference to a {hidden}" in found.explain()
    assert "not reported" in found.explain()


def test_a_double_report_is_found_by_the_count_and_by_the_damage() -> None:
    found = gclab.audit(Doubled)
    assert found.verdict == "double"
    assert proof(found).doubled == (measure.Part("Probe", 1, 2),)
    assert not proof(found).survived
    assert "1 reference to a Probe, but it is reported 2 times." in found.explain()


@pytest.mark.parametrize(
    ("factory", "verdict"),
    [(keeps_the_probe, "not-applicable"), (keeps_the_owner, "not-applicable"), (keeps_a_hidden_owner, "cannot-tell")],
)
def test_a_root_outside_is_no_leak_of_the_owner(factory: Callable[[Any], object], verdict: str) -> None:
    found = gclab.audit(factory)
    KEPT.clear()
    assert found.verdict == verdict
    if verdict == "not-applicable":
        assert proof(found).holder == f"global KEPT of module {__name__}"


def test_an_owner_of_nothing() -> None:
    found = gclab.audit(lambda probe: Owner(1))  # noqa: ARG005
    assert found.verdict == "not-applicable"
    assert "does not hold the probe object" in found.explain()


def test_the_repr_is_one_line() -> None:
    assert repr(gclab.audit(Unreported)) == "leaks: Unreported: a cycle through it is never collected"


def test_the_audit_leaves_nothing_behind() -> None:
    made: list[weakref.ref[Any]] = []

    def factory(probe: object) -> Unreported:
        made.append(weakref.ref(probe))
        return Unreported([probe])

    gclab.audit(factory, isolate=False)
    gc.collect()
    assert [watch() for watch in made] == [None] * len(made)
    assert not any(type(item) is Probe for item in gc.get_objects())


def test_counts_that_are_wrong_for_a_right_owner_are_not_believed() -> None:
    evidence = proof(gclab.audit(Unreported))
    assert judge(evidence) == "leaks"
    assert judge(dataclasses.replace(evidence, counts=False)) == "cannot-tell"
    assert judge(dataclasses.replace(evidence, collector=False)) == "cannot-tell"


def test_counts_are_calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """On an interpreter whose counts say less than there is, nothing is read from them."""
    monkeypatch.setattr(measure, "_Right", Unreported)
    assert gclab.audit(Owner, isolate=False).verdict == "cannot-tell"


def test_a_crash_is_a_result() -> None:
    found = gclab.audit(lambda probe: [ctypes.string_at(0), probe])
    assert found.verdict == "cannot-tell"
    assert found.evidence is None
    assert repr(found).startswith("cannot-tell: the measurement did not reach its end: ended by SIGSEGV")
    assert "visited twice" in found.explain()


def test_an_error_of_the_factory_is_a_result_too() -> None:
    found = gclab.audit(lambda probe: 1 / 0)  # noqa: ARG005
    assert repr(found) == "cannot-tell: the measurement did not reach its end: ZeroDivisionError: division by zero"
    with pytest.raises(gclab.FactoryError, match="returned None"):
        gclab.audit(lambda probe: None)  # noqa: ARG005


def test_what_cannot_be_sent_is_measured_here() -> None:
    lock = threading.Lock()

    def factory(probe: object) -> Owner:
        with lock:
            return Owner(probe)

    found = gclab.audit(factory)
    assert (found.verdict, found.isolated) == ("clean", False)
    assert gclab.audit(Owner).isolated
    with pytest.raises(gclab.FactoryError, match="cannot be pickled"):
        gclab.audit(factory, isolate=True)


def test_a_factory_that_hangs_is_ended() -> None:
    found = gclab.audit(lambda probe: threading.Event().wait(60), timeout=1.5)  # noqa: ARG005
    assert "timed out after 1.5 s" in repr(found)
