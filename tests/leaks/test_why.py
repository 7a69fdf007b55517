"""`gclab.why` names the root that keeps an object alive, and invents none."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from typing import Any

import pytest
from owners import Owner, Unreported

import gclab

FRAME = ["frame"] if sys.version_info < (3, 11) else []  # a suspended generator's own frame is an object there
HELD: Owner | None = None
CACHE: dict[str, object] = {}


class Keeper:
    """A class with a registry."""

    registry: list[object] = []  # noqa: RUF012


def test_a_global() -> None:
    CACHE["editor"] = [(Owner(1),)]
    watch = weakref.ref(CACHE["editor"][0][0])  # type: ignore[index]
    found = gclab.why(watch())
    CACHE.clear()
    assert str(found) == (
        "Owner is kept alive by 1 root:\n"
        f"  global CACHE of module {__name__} -> dict 1 item ['editor'] -> list 1 item [0] -> tuple 1 item [0] -> Owner"
    )


def test_two_globals_of_one_module_are_two_roots() -> None:
    global HELD  # noqa: PLW0603
    HELD = Owner(1)
    CACHE["held"] = HELD
    found = [chain.root for chain in gclab.why(HELD).chains]
    HELD = None
    CACHE.clear()
    assert found == [f"global HELD of module {__name__}", f"global CACHE of module {__name__}"]


def test_a_class() -> None:
    Keeper.registry.append(Owner(1))
    watch = weakref.ref(Keeper.registry[0])
    found = gclab.why(watch())
    Keeper.registry.clear()
    assert [str(chain) for chain in found.chains] == ["attribute registry of class Keeper -> list 1 item [0] -> Owner"]


def test_a_variable() -> None:
    owner = Owner(1)
    (chain,) = gclab.why(owner).chains
    assert chain.kind == "variable"
    assert chain.root.startswith("variable owner of test_a_variable (test_why.py:")


def test_a_variable_of_another_thread() -> None:
    ready, gate = threading.Event(), threading.Event()
    seen: list[weakref.ref[Any]] = []

    def work() -> None:
        mine = Owner(1)
        seen.append(weakref.ref(mine))
        ready.set()
        gate.wait(10)

    thread = threading.Thread(target=work, name="worker")
    thread.start()
    ready.wait(10)
    (chain,) = gclab.why(seen[0]()).chains
    gate.set()
    thread.join()
    assert chain.root.startswith("variable mine of work (test_why.py:")
    assert chain.root.endswith("in thread worker")


def test_a_suspended_generator() -> None:
    def generate() -> Any:  # noqa: ANN401
        held = Owner(1)
        yield weakref.ref(held)
        yield held

    running = generate()
    (chain,) = gclab.why(next(running)()).chains
    assert [step.type_name for step in chain.steps] == ["generator", *FRAME, "Owner"]
    assert chain.root.startswith("variable running of")


def test_a_reference_that_nobody_reports() -> None:
    """The only root of a leaked cycle."""

    def leak() -> weakref.ref[Any]:
        owner = Owner(None)
        owner.held = Unreported([owner])
        return weakref.ref(owner)

    watch = leak()
    gc.collect()
    (chain,) = gclab.why(watch()).chains
    assert str(chain) == "a reference that no Python object reports -> list 1 item [0] -> Owner"
    watch().held = None  # type: ignore[union-attr]


def test_what_python_itself_holds_is_no_accusation() -> None:
    """CPython holds the class of each static type's subclasses, and running code, without reporting it."""
    assert {chain.kind for chain in gclab.why(Keeper).chains} <= {"module", "class"}


def test_several_roots_come_nearest_first_and_as_many_as_asked_for() -> None:
    owner = Owner(1)
    CACHE["far"] = [[owner]]
    found = gclab.why(owner)
    assert [chain.kind for chain in found.chains] == ["variable", "module"]
    assert len(gclab.why(owner, most=1).chains) == 1
    CACHE.clear()
    with pytest.raises(gclab.GraphError, match="at least 1"):
        gclab.why(owner, most=0)


def test_the_picture_has_the_same_chains() -> None:
    owner = Owner(1)
    CACHE["far"] = [[owner]]
    graph = gclab.why(owner).graph
    CACHE.clear()
    first, second = (node.type_name for node in graph.nodes if node.kind == "more")
    assert first.startswith("variable owner of")
    assert second == f"global CACHE of module {__name__}"
    assert [edge.label for edge in graph.edges] == ["", "", "['far']", "[0]", "[0]"]
    assert [node.type_name for node in graph.nodes if node.root] == ["Owner"]
    assert "<svg" in graph._repr_mimebundle_()["text/html"]


def test_what_ipython_keeps_is_one_root() -> None:
    """Its shell, its display hook and its running frames all lead to what a cell has shown."""
    owner = Owner(1)
    watch = weakref.ref(owner)
    CACHE["hook"] = type("DisplayHook", (), {"__module__": "IPython.core.displayhook"})()
    vars(CACHE["hook"])["_"] = owner
    CACHE["shell"] = type("Shell", (), {"__module__": "ipykernel.zmqshell"})()
    vars(CACHE["shell"])["user_ns"] = {"_": owner}
    del owner
    found = gclab.why(watch())
    CACHE.clear()
    assert [(chain.kind, chain.root) for chain in found.chains][:1] == [("notebook", "IPython")]
    assert not any("CACHE" in chain.root for chain in found.chains)


def test_the_question_keeps_nothing_alive() -> None:
    owner = Owner(1)
    watch = weakref.ref(owner)
    answer = gclab.why(owner)
    del owner
    assert watch() is None
    assert answer
