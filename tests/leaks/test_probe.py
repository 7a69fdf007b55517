"""`gclab.probe` answers one question, accuses nobody wrongly, and leaves nothing behind."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from owners import Owner, Unreported

import gclab
from gclab.leaks.factory import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator


def probes() -> int:
    return sum(type(item) is Probe for item in gc.get_objects())


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    """No probe object outlives its question, whatever the verdict."""
    yield
    gc.collect()
    assert probes() == 0


def test_a_cycle_that_is_reported_is_collected() -> None:
    result = gclab.probe(Owner)
    assert result
    assert result.collected
    assert str(result) == "collected: the cycle Owner -> probe -> Owner was freed"


def test_a_reference_that_is_not_reported_leaks() -> None:
    result = gclab.probe(Unreported)
    assert not result
    assert str(result).startswith("leaked: the cycle Unreported -> probe -> Unreported is still alive")


def test_a_leak_through_a_container_is_no_accusation_of_the_container() -> None:
    """A list that only the native object owns is part of the leak, not something outside."""
    assert not gclab.probe(lambda probe: Unreported([probe]))


def test_a_leak_through_a_method() -> None:
    assert not gclab.probe(lambda probe: Unreported(probe.__call__))


def test_several_owners() -> None:
    assert gclab.probe(lambda probe: [Owner(probe), Owner(probe)])
    result = gclab.probe(lambda probe: [Owner(probe), Unreported(probe)])
    assert not result
    assert "Owner and Unreported" in str(result)


def test_what_only_a_second_collection_frees_is_no_leak() -> None:
    """Garbage that holds the probe unseen must go first; the probe's own cycle is free only after that."""

    def factory(probe: object) -> Owner:
        other: Any = Unreported(probe)
        other.me = other
        return Owner(probe)

    result = gclab.probe(factory)
    assert result
    assert result.collections > 1


def test_a_slotted_probe_is_set_free_after_a_leak() -> None:
    class Slotted:
        __slots__ = ("__weakref__", "owner")

    made: list[weakref.ref[Any]] = []

    def factory(probe: object) -> Unreported:
        made.append(weakref.ref(probe))
        return Unreported(probe)

    assert not gclab.probe(factory, probe=Slotted)
    assert made[0]() is None


def test_what_the_owner_stores_on_the_probe_is_set_free_after_a_leak() -> None:
    def factory(probe: Any) -> Unreported:  # noqa: ANN401
        probe.back = Unreported(probe)
        return Unreported(probe)

    assert not gclab.probe(factory)


def test_another_kind_of_probe() -> None:
    class Names(dict[str, object]):
        pass

    assert gclab.probe(Owner, probe=Names)
    with pytest.raises(gclab.FactoryError, match="weak"):
        gclab.probe(Owner, probe=list)


def test_a_factory_that_returns_nothing() -> None:
    with pytest.raises(gclab.FactoryError, match="returned None"):
        gclab.probe(lambda probe: None)  # noqa: ARG005


def test_a_factory_that_takes_something_else() -> None:
    """The first error stays attached, so that its place can be seen."""
    with pytest.raises(gclab.FactoryError, match="failed with the probe object as its argument") as caught:
        gclab.probe(lambda: Owner(1))  # type: ignore[arg-type, misc]
    assert isinstance(caught.value.__cause__, TypeError)
    caught.value.__cause__.__traceback__ = None


def test_a_factory_that_drops_its_argument() -> None:
    with pytest.raises(gclab.FactoryError, match="does not hold the probe object"):
        gclab.probe(lambda probe: Owner(1))  # noqa: ARG005


def test_a_factory_that_returns_its_argument() -> None:
    with pytest.raises(gclab.FactoryError, match="the probe object itself"):
        gclab.probe(lambda probe: probe)


KEPT: list[object] = []


@pytest.mark.parametrize("what", ["probe", "owner"])
def test_a_factory_that_keeps_something_in_a_global(what: str) -> None:
    def keep(probe: object) -> Owner:
        owner = Owner(probe)
        KEPT.append(probe if what == "probe" else owner)
        return owner

    with pytest.raises(gclab.FactoryError, match="still refers to the probe object"):
        gclab.probe(keep)
    KEPT.clear()


def test_a_factory_that_keeps_something_in_a_closure() -> None:
    kept: list[object] = []

    def keep(probe: object) -> Owner:
        kept.append(probe)
        return Owner(probe)

    with pytest.raises(gclab.FactoryError, match="still refers to the probe object"):
        gclab.probe(keep)
    kept.clear()


def test_a_factory_that_keeps_something_in_a_default_argument() -> None:
    def keep(probe: object, kept: list[object] = []) -> Owner:  # noqa: B006
        kept.append(probe)
        return Owner(probe)

    with pytest.raises(gclab.FactoryError, match="still refers to the probe object"):
        gclab.probe(keep)
    assert keep.__defaults__
    keep.__defaults__[0].clear()


def test_a_factory_that_keeps_something_in_its_class() -> None:
    class Registered(Owner):
        all: list[object] = []  # noqa: RUF012

        def __init__(self, held: object) -> None:
            super().__init__(held)
            self.all.append(self)

    with pytest.raises(gclab.FactoryError, match="still refers to the probe object"):
        gclab.probe(Registered)
    Registered.all.clear()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:  # noqa: FBT001
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        assert gclab.probe(Owner)
        with pytest.raises(gclab.FactoryError):
            gclab.probe(lambda probe: None)  # noqa: ARG005
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_frozen_objects_stay_frozen() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        assert gclab.probe(Owner)
        assert not gclab.probe(Unreported)
        assert gc.get_freeze_count() <= frozen
        assert gc.get_freeze_count() > frozen - 100
    finally:
        gc.unfreeze()


def test_the_question_leaks_nothing_of_the_owner() -> None:
    made: list[weakref.ref[Any]] = []

    def factory(probe: object) -> Unreported:
        owner = Unreported(probe)
        made.append(weakref.ref(owner))
        return owner

    assert not gclab.probe(factory)
    assert made[0]() is None


def test_free_threaded_counts_are_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gclab.leaks.probe.COUNTS_MEAN_NOTHING", True)
    assert gclab.probe(lambda probe: Owner(1))  # noqa: ARG005
