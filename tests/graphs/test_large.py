"""Large graphs: many like objects as one box, what is drawn when not all can be, and what the bounds say."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import gclab
from gclab.graphs import limits
from tests.graphs.things import Special, Thing, titles

if TYPE_CHECKING:
    from collections.abc import Callable


def test_many_like_objects_are_one_box() -> None:
    held = [Thing(part=[]) for _ in range(998)]
    picture = gclab.graph(held)
    assert titles(picture) == ["list 998 items", "Thing × 998", "list 0 items × 998"]
    assert [edge.words() for edge in picture.edges] == ["[…] × 998", "part × 998"]
    assert "n1 Thing × 998 (each 1 reference: 1 drawn)" in str(picture)
    assert picture.title == "1997 objects and 1996 references between them"
    assert picture.left_out == 0


def test_four_are_drawn_one_by_one_and_five_are_one_box() -> None:
    assert len(gclab.graph([Thing() for _ in range(4)]).nodes) == 5
    assert len(gclab.graph([Thing() for _ in range(5)]).nodes) == 2


def test_boxes_for_many_can_be_switched_off() -> None:
    assert len(gclab.graph([Thing() for _ in range(9)], collapse=False).nodes) == 10


@pytest.mark.parametrize(
    "other",
    [Thing(part=[]), Thing(part={}), Thing(other=[]), Special(part=[]), Thing(part=[0]), Thing(part=[], more=[])],
    ids=["variable", "class of a part", "label", "class", "text of a part", "one more part"],
)
def test_what_differs_stays_alone(other: Thing) -> None:
    """The first one differs only because a variable holds it, and so by its count."""
    held = [Thing(part=[]) for _ in range(8)]
    picture = gclab.graph([*held, other])
    assert [node.times for node in picture.nodes if node.type_name in ("Thing", "Special")] in ([8, 1], [7, 1, 1])
    del held


def test_roots_stay_alone() -> None:
    held = [Thing() for _ in range(9)]
    assert len(gclab.graph(*held, held).nodes) == 10


def test_like_owners_have_like_parts() -> None:
    """Five lists with five things each are one box and one box, but not if one list is a root."""
    rows = [[Thing() for _ in range(5)] for _ in range(5)]
    assert titles(gclab.graph(rows)) == ["list 5 items", "list 5 items × 5", "Thing × 25"]
    alone = gclab.graph(rows, rows[0])  # four like lists are left, too few for one box
    assert [node.times for node in alone.nodes if node.type_name == "Thing"] == [5] * 5


def test_a_chain_is_not_one_box() -> None:
    """Each link has another owner."""
    link = last = Thing()
    for _ in range(30):
        last.next = Thing()  # type: ignore[attr-defined]
        last = last.next  # type: ignore[attr-defined]
    assert all(node.times == 1 for node in gclab.graph(link).nodes)


def test_one_cycle_of_each_kind_is_drawn_whole() -> None:
    pairs = []
    for _ in range(100):
        one = Thing()
        one.other = Special(back=one)  # type: ignore[attr-defined]
        pairs.append(one)
    del one
    picture = gclab.graph(pairs)
    assert titles(picture) == ["list 100 items", "Thing", "Thing × 99", "Special", "Special × 99"]
    assert picture.cycles == (("n1", "n3"), ("n2", "n4"))
    assert all(node.in_cycle for node in picture.nodes[1:])


def test_unexplained_objects_are_one_box_only_with_others_of_the_same_count(owned: Callable[[Any], Any]) -> None:
    held = [Thing() for _ in range(20)]
    for thing in held[:6]:
        owned(thing)
    del thing
    picture = gclab.graph(held)
    assert [(node.times, node.unexplained) for node in picture.nodes] == [(1, 0), (6, 1), (14, 0)]
    assert "! each 1 reference unexplained" in picture.to_dot()
    assert picture.title.endswith("6 unexplained references")


def various(number: int) -> list[Thing]:
    """Return things of which no two are alike."""
    return [Thing(**{f"part{place}": []}) for place in range(number)]


def test_what_is_looked_for_is_drawn_first(owned: Callable[[Any], Any]) -> None:
    held = various(200)
    held[150].way = Thing(marked=owned(Thing()))  # type: ignore[attr-defined]
    held[180].ring = held[180]  # type: ignore[attr-defined]
    held[190].rare = Special()  # type: ignore[attr-defined]
    picture = gclab.graph(held, max_nodes=12, include=Special)
    labels = {edge.label for edge in picture.edges}
    assert {"[150]", "way", "marked", "[180]", "ring", "[190]", "rare"} <= labels
    assert len(picture.nodes) == 13
    assert picture.cycles
    assert sum(node.unexplained for node in picture.nodes) == 1


def test_the_rest_is_one_node_that_names_classes() -> None:
    picture = gclab.graph(various(200))
    more = picture.nodes[-1]
    drawn = len(picture.nodes) - 1
    assert drawn <= 20
    assert (more.kind, more.type_name) == ("more", f"{401 - drawn} more objects")
    assert picture.left_out == sum(picture.hidden.values()) == 401 - drawn
    assert more.title() == f"{401 - drawn} more objects: {picture.hidden['list']} list, {picture.hidden['Thing']} Thing"


def test_counts_tell_what_is_drawn_now() -> None:
    """A reference from an object that is not drawn comes from elsewhere."""
    shared: list[object] = []
    held = [Thing(**{f"part{place}": shared}) for place in range(100)]
    picture = gclab.graph(held, shared, max_nodes=10)
    count = picture.nodes[1].count
    assert count is not None
    arrows = sum(edge.times for edge in picture.edges if edge.target == "n1")
    assert (count.total, count.drawn, count.elsewhere) == (101, arrows, 100 - arrows)
    assert 0 < arrows < 100


def test_a_far_object_hangs_on_the_node_for_the_rest(owned: Callable[[Any], Any]) -> None:
    first = last = Thing()
    for _ in range(50):
        last.next = Thing()  # type: ignore[attr-defined]
        last = last.next  # type: ignore[attr-defined]
    owned(last)
    del last
    picture = gclab.graph(first, max_nodes=6)
    far = next(node for node in picture.nodes if node.unexplained)
    more = picture.nodes[-1]
    assert [edge.source for edge in picture.edges if edge.target == far.id] == [more.id]


def test_the_bound_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gclab.graphs.draw.MOST_WALKED", 50)
    picture = gclab.graph([Thing() for _ in range(100)], {})
    assert "note: only the nearest 50 objects were looked at; there are more" in str(picture)
    assert picture.nodes[-1].title() == "at least 52 more objects: 52 Thing"
    assert limits.MOST_WALKED == 20_000


def test_a_million_objects_answer() -> None:
    """The bound keeps the walk short; this would take minutes without it."""
    held: list[object] = [[] for _ in range(1_000_000)]
    picture = gclab.graph(held)
    assert picture.nodes[-1].type_name == "at least 980001 more objects"


def test_the_text_says_all_that_the_picture_says(owned: Callable[[Any], Any]) -> None:
    """Every word of the picture, without those of its legend, is in the text form."""
    root = various(40)
    root[3].ring = owned(root[3])  # type: ignore[attr-defined]
    root[5].many = [Thing() for _ in range(7)]  # type: ignore[attr-defined]
    picture = gclab.graph(root, max_nodes=30)
    page = ET.fromstring(picture._repr_mimebundle_()["text/html"])  # noqa: S314
    svg = page.find(".//{http://www.w3.org/2000/svg}svg")
    assert svg is not None
    groups = [group for group in svg.iter() if group.get("class", "").split()[:1] in (["node"], ["edge"])]
    shown = [" ".join(text.split()) for group in groups for text in group.itertext() if text.strip()]
    assert len(shown) > 60
    told = f"{picture}".replace("--", " ")
    for words in shown:
        plain = words.removesuffix(" (variable)").removeprefix("! ").replace("1 reference unexplained", "1 unexplained")
        assert plain in told, words


def test_a_crowd_of_arrows_is_drawn_short() -> None:
    """Every object refers to the first one: 49 long arrows say less than 49 notes."""
    nodes = [Thing() for _ in range(50)]
    for one, other in pairwise(nodes):
        one.after, other.head = other, nodes[0]  # type: ignore[attr-defined]
    first = nodes[0]
    del nodes, one, other
    dot = gclab.graph(first, collapse=False).to_dot()
    assert dot.count("n0 Thing") == 48
    assert "n0: 48 arrows to here are drawn short" in dot
