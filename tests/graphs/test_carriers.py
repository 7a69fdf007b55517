"""What leads to an object and belongs to nobody that can be seen: marked if it is sure, and no honest owner is."""

from __future__ import annotations

import ctypes
import gc
from typing import TYPE_CHECKING, Any

import pytest
import rpds  # a Rust extension module with classes that have no collector support

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INC, DEC = ctypes.pythonapi.Py_IncRef, ctypes.pythonapi.Py_DecRef
INC.argtypes = DEC.argtypes = [ctypes.py_object]


class Editor:
    """An object of a user."""


@pytest.fixture
def owned() -> Iterator[Callable[[Any], Any]]:
    """Give an object one reference that nobody reports, as a native object would; take it back afterwards."""
    held: list[int] = []

    def own(item: Any) -> Any:  # noqa: ANN401
        INC(item)
        held.append(id(item))
        return item

    yield own
    for address in held:
        DEC(ctypes.cast(address, ctypes.py_object).value)


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
    """A dictionary may be a thread's own data, and a loop may hold a generator: neither can be seen."""
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
    assert text.endswith(f"1 variable, 1 uncertain; held by editor; uncertain through {name})")


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
