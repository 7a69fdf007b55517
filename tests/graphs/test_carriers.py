"""What leads to an object and belongs to nobody that can be seen: marked if it is sure, and no honest owner is."""

from __future__ import annotations

import asyncio
import ctypes
import encodings
import gc
import logging
import random
import sys
import threading
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import rpds  # a Rust extension module with classes that have no collector support

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


class Editor:
    """An object of a user."""


def words(cell: str, **names: object) -> str:
    """Run `cell` at the top level, as in a notebook, and return what ``picture`` says of its first object."""
    scope: dict[str, Any] = {"__name__": "a notebook", "gclab": gclab, "Editor": Editor, **names}
    exec(cell, scope)  # noqa: S102 - at the top level no call can hold anything
    return str(scope["picture"]).splitlines()[0]


@pytest.mark.parametrize(
    ("value", "name"), [("[editor]", "list"), ("(editor,)", "tuple"), ("{editor}", "set"), ("[{0: editor}]", "list")]
)
def test_a_container_that_nobody_owns_makes_its_content_unexplained(
    owned: Callable[[Any], Any], value: str, name: str
) -> None:
    text = words(f"editor = Editor()\nowned({value})\npicture = gclab.graph(editor)", owned=owned)
    assert text.endswith(f"1 variable, 1 unexplained; held by editor; unexplained through {name})")


@pytest.mark.parametrize(("value", "name"), [("{'window': editor}", "dict"), ("steps(editor)", "generator")])
def test_a_dictionary_or_a_generator_that_nobody_owns_is_uncertain(
    owned: Callable[[Any], Any], value: str, name: str
) -> None:
    """A dictionary may be a thread's own data, and a loop may hold a generator: neither can be seen.

    On CPython 3.10 the frame of the generator can be seen, as an object of its own: it is somewhere else.
    """
    cell = f"""
def steps(it):
    yield
    yield it

editor = Editor()
held = {value}
if hasattr(held, "send"):
    next(held)
owned(held)
del held
picture = gclab.graph(editor)
"""
    text = words(cell, owned=owned)
    seen = name == "generator" and sys.version_info < (3, 11)
    rest = "1 elsewhere; held by editor)" if seen else f"1 uncertain; held by editor; uncertain through {name})"
    assert text.endswith(f"1 variable, {rest}")


@pytest.mark.parametrize(
    "cell",
    [
        "many = [[editor] for _ in range(300)]\npicture = gclab.graph(editor)",
        "nest = editor\nfor _ in range(9):\n    nest = [nest]\npicture = gclab.graph(editor)",
        "def show(it):\n    return gclab.graph(it)\npicture = [*[editor], show(editor)][1]",
        "def show(it):\n    return gclab.graph(it)\npicture = (*[editor], show(editor))[1]",
        "def show(it):\n    return gclab.graph(it)\npicture = {**{'it': editor}, 'picture': show(editor)}['picture']",
        "def steps(it):\n    yield it\nwaiting = steps(editor)\nnext(waiting)\npicture = gclab.graph(editor)",
        "editor.names = vars(editor)\npicture = gclab.graph(editor)",
        "class Body:\n    own = editor\n    picture = gclab.graph(own)\npicture = Body.picture",
        "def inner(it):\n    names = locals()\n    return gclab.graph(it)\npicture = inner(editor)",
        "space = {'own': editor, 'gclab': gclab}\nexec('it = gclab.graph(own)', space)\npicture = space['it']",
        "import os\nos.register_at_fork(after_in_child=lambda: editor)\npicture = gclab.graph(editor)",
        "call = (lambda it: it).__get__(editor)\npicture = gclab.graph(editor, call, call.__func__)",
        "import threading\nown = threading.local()\nown.editor = editor\npicture = gclab.graph(editor)",
    ],
)
def test_honest_containers_are_not_accused(cell: str) -> None:
    assert "unexplained" not in words(f"editor = Editor()\n{cell}")


@pytest.mark.parametrize("held", ["{'window': editor}", "[{'window': editor}]", "steps(editor)"])
def test_what_a_variable_holds_is_not_uncertain(held: str) -> None:
    cell = f"def steps(it):\n    yield it\neditor = Editor()\nheld = {held}\npicture = gclab.graph(editor)"
    assert "uncertain" not in words(cell)


@pytest.mark.parametrize("value", ["{'items': items}", "(items,)"])
def test_an_owner_that_the_collector_does_not_know_is_not_called_unexplained(value: str) -> None:
    """CPython does not track dictionaries and tuples that hold nothing but objects without its support."""
    cell = f"items = rpds.List()\nheld = {value}\ngc.collect()\npicture = gclab.graph(items)"
    assert words(cell, rpds=rpds, gc=gc) == (
        "n0 List (2 references: 1 variable, 1 uncertain; held by items; native object)"
    )


@pytest.mark.parametrize(
    "module", [asyncio, ctypes, encodings, gclab, logging, random, sys, threading, warnings], ids=lambda it: it.__name__
)
def test_the_standard_library_is_not_accused(module: ModuleType) -> None:
    """C code holds its caches, filters, hooks and some of its functions."""
    picture = gclab.graph(list(vars(module).values()), max_nodes=500)
    assert [node.title() for node in picture.nodes if node.unexplained] == []
