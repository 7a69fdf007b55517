"""Two pictures of the same objects: what is recognised, what is said to have changed, and where it stands."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import gclab
from gclab.graphs import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.graphs.conftest import Golden, Places

SVG = "{http://www.w3.org/2000/svg}"


class Thing:
    def method(self) -> None:
        pass


class Slotted:
    """Allows no weak references, as most native objects."""

    __slots__ = ("part",)


def named(nodes: tuple[Any, ...]) -> list[str]:
    return [node.title() for node in nodes]


def example() -> gclab.Comparison:
    top: Any = Thing()
    top.part, top.list, top.other = Thing(), [Thing()], Thing()
    top.part.up = top
    held = top.other
    before = gclab.graph(top)
    del top.part.up, top.part, top.other
    top.new = Thing()
    top.list.append(top.new)
    after = gclab.graph(top)
    del held
    return gclab.compare(before, after)


def test_what_changed_is_said() -> None:
    change = example()
    assert change.title == (
        "2 objects gone, 1 object new, 1 reference less, 1 cycle gone, 1 object with another reference count"
    )
    assert named(change.gone) == ["Thing", "Thing"]
    assert named(change.new) == ["Thing"]
    assert named(change.kept) == ["Thing", "list 2 items", "Thing"]
    assert [node.id for node in change.changed] == ["n0"]


def test_the_two_pictures(golden: Golden) -> None:
    change = example()
    assert golden("compare-before.dot", change.frames[0].dot)
    assert golden("compare-after.dot", change.frames[1].dot)
    assert golden("compare.txt", f"{change}\n")


def test_a_box_stands_at_the_same_place_in_both_pictures(places: Callable[[str], Places]) -> None:
    before, after = (places(frame.dot) for frame in example().frames)
    assert len(before) > 5
    assert before == after


def test_nothing_changed() -> None:
    top = Thing()
    picture = gclab.graph(top)
    change = gclab.compare(picture, gclab.graph(top))
    assert (change.title, change.gone, change.new, change.changed) == ("nothing changed", (), (), ())


def test_another_object_at_the_same_address_is_another_one() -> None:
    """CPython uses the memory of a freed object for the next one of its size."""
    top: Any = Thing()
    for _ in range(20):
        top.part = None
        top.part = Thing()
        address, before = id(top.part), gclab.graph(top)
        top.part = None
        top.part = Thing()
        change = gclab.compare(before, gclab.graph(top))
        assert (named(change.gone), named(change.new)) == (["Thing"], ["Thing"])
        if id(top.part) == address:
            return
    pytest.fail("the address was never used again")


def test_an_object_without_weak_references_is_taken_for_the_same_and_a_note_says_so() -> None:
    top: Any = Thing()
    top.part = Slotted()
    top.part.part = top
    before = gclab.graph(top)
    top.extra = Thing()
    change = gclab.compare(before, gclab.graph(top))
    assert named(change.kept) == ["Thing", "Slotted"]
    assert change.frames[1].lines[-1] == "note: recognised by address and class only: n1"


def test_the_order_in_which_objects_are_found_does_not_matter() -> None:
    one, two = Thing(), Thing()
    change = gclab.compare(gclab.graph(one, two), gclab.graph(two, one))
    assert [node.id for node in change.kept] == ["n1", "n0"]
    assert (change.gone, change.new) == ((), ())


def test_what_is_only_out_of_the_picture_is_not_called_freed() -> None:
    top: Any = Thing()
    top.part = held = Thing()
    before = gclab.graph(top)
    top.part = None
    change = gclab.compare(before, gclab.graph(top))
    assert change.title == "1 object gone (1 of them alive), 1 reference less"
    assert "n1 Thing: no longer reached, but alive" in change.frames[1].lines
    del held
    assert "n1 Thing: freed" in gclab.compare(before, gclab.graph(top)).frames[1].lines


def test_a_reference_that_leads_elsewhere_is_said() -> None:
    top: Any = Thing()
    top.a, top.b = Thing(), Thing()
    before = gclab.graph(top)
    top.a, top.b = top.b, top.a
    assert "references lead elsewhere" in gclab.compare(before, gclab.graph(top)).title


def test_many_variables_are_three_and_a_number() -> None:
    one = two = three = four = five = Thing()
    change = gclab.compare(gclab.graph(one), gclab.graph(one))
    for frame in change.frames:
        held = [line.removesuffix(" --> n0 Thing") for line in frame.lines if line.endswith("--> n0 Thing")]
        assert held == ["one (variable)", "two (variable)", "three (variable)", "2 more variables"]
    del two, three, four, five


def test_limits_are_no_objects() -> None:
    top: list[object] = [Thing(), [], {}, Slotted()]
    before = gclab.graph(top, max_nodes=3)
    top.append(bytearray())
    top.append(set())
    change = gclab.compare(before, gclab.graph(top, max_nodes=3))
    assert (change.gone, change.new) == ((), ())
    assert "2 more objects" in str(change.frames[0])
    assert "3 more objects" in str(change.frames[1])


def test_an_unexplained_reference_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The badge of a single picture is not lost."""
    top = Thing()
    before = gclab.graph(top)
    monkeypatch.setattr("gclab.graphs.model.Node.unexplained", 1)
    assert "! 1 reference unexplained" in str(gclab.compare(before, before))


def test_comparing_keeps_nothing_alive() -> None:
    top: Any = Thing()
    top.parts = [top, Thing()]
    change = gclab.compare(gclab.graph(top), gclab.graph(top))
    watch = weakref.ref(top)
    del top
    gc.collect()
    assert watch() is None
    assert change.kept


def test_a_picture_leaves_one_weak_reference_for_each_object() -> None:
    """Plain weak references are shared by Python; gclab's is one of its own class, and goes with the object."""
    top = Thing()
    for _ in range(3):
        gclab.graph(top)
    assert [type(mark) for mark in weakref.getweakrefs(top)] == [identity.Mark]
    count = sum(type(item) is identity.Mark for item in gc.get_objects())
    del top
    gclab.graph([])
    assert sum(type(item) is identity.Mark for item in gc.get_objects()) < count


def test_an_identity_is_never_shown() -> None:
    top = Thing()
    picture = gclab.graph(top)
    assert picture.nodes[0].identity
    assert "identity" not in repr(picture.nodes[0])
    assert str(id(top)) not in str(picture) + picture.to_dot()
    assert picture.nodes[0] == gclab.graph(top).nodes[0]


@pytest.mark.parametrize("wrong", [None, "n0", [gclab]])
def test_only_pictures_are_compared(wrong: Any) -> None:  # noqa: ANN401
    with pytest.raises(gclab.GraphError, match=rf"pictures by gclab\.graph, not {type(wrong).__name__}:"):
        gclab.compare(gclab.graph([]), wrong)


def test_both_pictures_are_described_and_shown_without_scripts() -> None:
    change = example()
    bundle = change._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/vnd.graphviz", "text/plain"}
    page = ET.fromstring(bundle["text/html"])  # noqa: S314
    assert [figure.findtext("figcaption/b") for figure in page.findall(".//figure")] == ["Before.", "After."]
    descriptions = ["".join(desc.itertext()) for desc in page.iter(f"{SVG}desc")]
    assert "not there yet" in descriptions[0]
    assert "freed" in descriptions[1]
    ids = [element.get("id") for element in page.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


def test_text_from_objects_is_escaped() -> None:
    odd: Any = type('<b>"&\\N', (), {})()
    odd.__dict__["<i>&\\n"] = []
    change = gclab.compare(gclab.graph(odd), gclab.graph(odd))
    page = change._repr_mimebundle_()["text/html"]
    assert "<b>&" not in page
    assert '<b>"&\\N' in "".join(ET.fromstring(page).itertext())  # noqa: S314
