"""What a picture leaves out and what it must hold, as the user asks for it."""

from __future__ import annotations

import re
from typing import Any

import pytest

import gclab
from tests.graphs.things import Special, Thing, titles


def test_what_is_excluded_is_neither_drawn_nor_followed() -> None:
    root = Thing(keep=[], drop=Special(behind={}))
    for exclude in (Special, [Special], "Special", (f"{Special.__module__}.Special", "nothing"), {"Special"}):
        assert titles(gclab.graph(root, exclude=exclude)) == ["Thing", "list 0 items"]
    assert titles(gclab.graph(root, exclude=Thing)) == ["Thing", "list 0 items"]  # roots are always drawn
    assert titles(gclab.graph([root], exclude=Thing)) == ["list 1 item"]  # subclasses go with their base


def test_a_package_is_excluded_with_all_that_is_in_it() -> None:
    inner = type("Inner", (), {"__module__": "shop.cart.items"})()
    other = type("Inner", (), {"__module__": "shopping"})()
    for name in ("shop", "shop.cart", "shop.cart.items", "shop.cart.items.Inner"):
        assert len(gclab.graph([inner, other], exclude=name).nodes) == 2
    assert len(gclab.graph([inner, other], exclude="Inner").nodes) == 1


def test_classes_that_are_asked_for_are_drawn_without_others_of_their_kind() -> None:
    held = [1.5, "text", Thing]
    assert titles(gclab.graph(held, include=float)) == ["list 3 items", "float 1.5"]
    picture = gclab.graph(held, include=["types", str], max_depth=1)
    assert titles(picture)[:3] == ["list 3 items", "str 'text'", "type Thing"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"max_nodes": "9"}, "max_nodes must be a whole number, not str"),
        ({"max_nodes": True}, "max_nodes must be a whole number, not bool"),
        ({"max_nodes": 0}, "max_nodes must be at least 1, not 0"),
        ({"max_depth": -1}, "max_depth must be at least 0, not -1"),
        ({"max_depth": 1.5}, "max_depth must be a whole number, not float"),
        ({"include": ["atom"]}, "include knows no 'atom'; it takes 'atoms', 'immortal', 'modules', 'types', and"),
        ({"include": 7}, "include takes classes and names, in a list or a tuple, not int"),
        ({"exclude": [len]}, "not builtin_function_or_method. It calls no function on the objects"),
    ],
)
def test_wrong_limits_say_what_is_right(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(gclab.GraphError, match=re.escape(words)):
        gclab.graph([], **wrong)
