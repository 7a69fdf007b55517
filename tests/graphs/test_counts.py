"""What the counts of a picture say: where references come from, and which rest is a native object's."""

from __future__ import annotations

import asyncio
import functools
import gc
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gclab.graphs.model import Count

ROOT = Path(__file__).resolve().parents[2]


class Editor:
    """An object of a user."""

    def __init__(self, draw: Callable[[Editor], None] | None = None) -> None:
        if draw:
            draw(self)

    def refresh(self) -> Count:
        return first(gclab.graph(self))

    @property
    def seen(self) -> Count:
        return first(gclab.graph(self))

    def __getitem__(self, key: object) -> Count:
        return first(gclab.graph(self))

    def __enter__(self) -> Editor:  # noqa: PYI034 - Self is new in Python 3.11
        return self

    def __exit__(self, *_reason: object) -> None:
        pass


def first(picture: gclab.ObjectGraph) -> Count:
    count = picture.nodes[0].count
    assert count is not None
    return count


def test_an_unreported_reference_is_unexplained(owned: Callable[[Any], Any]) -> None:
    editor = owned(Editor())
    picture = gclab.graph(editor)
    assert first(picture).words() == "2 references: 1 variable, 1 unexplained"
    assert "1 reference unexplained" in picture._repr_mimebundle_()["text/html"]
    assert "1 reference unexplained" in picture.to_dot()


def test_two_unreported_references_are_two(owned: Callable[[Any], Any]) -> None:
    editor = owned(owned(Editor()))
    assert first(gclab.graph(editor)).unexplained == 2


def test_a_method_that_nobody_owns_makes_its_object_unexplained(owned: Callable[[Any], Any]) -> None:
    """A native object stores ``editor.refresh``: the method reports its editor, nobody reports the method."""
    editor = Editor()
    owned(editor.refresh)
    count = first(gclab.graph(editor))
    assert (count.unexplained, count.through) == (1, ("method Editor.refresh",))


def test_a_closure_that_nobody_owns_makes_its_value_unexplained(owned: Callable[[Any], Any]) -> None:
    def make(inner: Editor) -> None:
        owned(lambda: inner)

    editor = Editor()
    make(editor)
    count = first(gclab.graph(editor))
    assert count.unexplained == 1
    assert "function" in count.through[0]


def test_a_partial_that_nobody_owns_makes_its_argument_unexplained(owned: Callable[[Any], Any]) -> None:
    editor = Editor()
    owned(functools.partial(print, editor))
    assert first(gclab.graph(editor)).unexplained == 1


@pytest.mark.parametrize(
    ("value", "name"), [("Listener(editor)", "Listener"), ("[editor]", "list"), ("[Listener(editor)]", "Listener")]
)
def test_what_only_a_native_object_owns_makes_its_content_unexplained(
    owned: Callable[[Any], Any], value: str, name: str
) -> None:
    """A native object stores listeners: each one reports its editor, nobody reports the listener."""
    cell = f"""
class Listener:
    def __init__(self, editor):
        self.editor = editor

editor = Editor()
owned({value})
picture = gclab.graph(editor)
"""
    names: dict[str, Any] = {"__name__": "a notebook", "gclab": gclab, "Editor": Editor, "owned": owned}
    exec(cell, names)  # noqa: S102 - at the top level, as in a cell: there no call can hold anything
    count = first(names["picture"])
    assert (count.unexplained, count.through) == (1, (name,))


@pytest.mark.parametrize("shared", [None, True, 7, "a literal that nobody else uses", b"", ()])
def test_what_everybody_shares_has_no_count(shared: object) -> None:
    """Constants, names and caches of CPython hold them in places that nobody can list."""
    node = gclab.graph(shared).nodes[0]
    assert node.count is None or node.unexplained == 0


def test_a_method_in_a_list_is_known() -> None:
    editor = Editor()
    callbacks = [editor.refresh]
    count = first(gclab.graph(editor))
    assert (count.unexplained, count.elsewhere) == (0, 1)
    del callbacks


def test_a_method_in_a_variable_is_known() -> None:
    editor = Editor()
    callback = editor.refresh
    assert first(gclab.graph(editor)).unexplained == 0
    del callback


def test_a_helper_function_still_sees_the_unexplained_reference(owned: Callable[[Any], Any]) -> None:
    def show(shown: Editor) -> Count:
        return first(gclab.graph(shown))

    assert show(owned(Editor())).unexplained == 1


def test_names_of_variables_are_told() -> None:
    editor = other = Editor()
    assert first(gclab.graph(editor)).variables == ("editor", "other")
    assert other is editor


def test_a_name_in_a_calling_function_says_which() -> None:
    def show(shown: Editor) -> Count:
        return first(gclab.graph(shown))

    editor = Editor()
    assert show(editor).variables == (
        "shown",
        "editor in test_a_name_in_a_calling_function_says_which",
    )


def test_a_temporary_has_no_references() -> None:
    picture = gclab.graph(Editor())
    assert first(picture).words() == "0 references"


MODULE_LEVEL = Editor()


def test_a_global_is_a_variable() -> None:
    assert first(gclab.graph(MODULE_LEVEL)).words() == "1 reference: 1 variable"


def in_closure() -> Count:
    editor = Editor()

    def inner() -> Count:
        return first(gclab.graph(editor))

    return inner()


def in_outer_of_closure() -> Count:
    editor = Editor()

    def inner() -> Editor:
        return editor

    count = first(gclab.graph(editor))
    inner()
    return count


def in_cell_only() -> Count:
    editor = Editor()
    gone = lambda: editor  # noqa: E731
    del gone
    return first(gclab.graph(editor))


def in_generator() -> Count:
    def steps() -> Iterator[Count]:
        editor = Editor()
        yield first(gclab.graph(editor))

    return next(steps())


def in_suspended_generator() -> Count:
    def steps(held: Editor) -> Iterator[int]:
        yield 1
        assert held

    editor = Editor()
    waiting = steps(editor)
    next(waiting)
    return first(gclab.graph(editor))


def in_generator_argument() -> Count:
    def steps(held: Editor) -> Iterator[Count]:
        yield first(gclab.graph(held))

    return next(steps(Editor()))


def in_coroutine() -> Count:
    async def main(editor: Editor) -> Count:
        await asyncio.sleep(0)
        return first(gclab.graph(editor))

    return asyncio.run(main(Editor()))


def in_other_task() -> Count:
    async def wait(editor: Editor, done: asyncio.Event) -> None:
        await done.wait()
        assert editor

    async def main() -> Count:
        editor, done = Editor(), asyncio.Event()
        task = asyncio.create_task(wait(editor, done))
        await asyncio.sleep(0)
        count = first(gclab.graph(editor))
        task.cancel()
        return count

    return asyncio.run(main())


def in_other_thread() -> Count:
    started, done, editor = threading.Event(), threading.Event(), Editor()

    def work(held: Editor) -> None:
        started.set()
        done.wait(10)
        del held

    thread = threading.Thread(target=work, args=(editor,))
    thread.start()
    started.wait(10)
    count = first(gclab.graph(editor))
    done.set()
    thread.join()
    return count


def in_thread_object() -> Count:
    started, done = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        done.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    started.wait(10)
    count = first(gclab.graph(thread, max_nodes=1))
    done.set()
    thread.join()
    return count


def in_with() -> Count:
    with Editor() as editor:
        return first(gclab.graph(editor))


def in_nested_with() -> Count:
    editor = Editor()
    with editor, editor:
        return first(gclab.graph(editor))


def in_for() -> Count:
    for editor in (Editor(), Editor()):
        return first(gclab.graph(editor))
    raise AssertionError


def in_for_over_dict() -> Count:
    for _, editor in {"a": Editor()}.items():  # noqa: PERF102
        return first(gclab.graph(editor))
    raise AssertionError


def in_for_over_zip() -> Count:
    for _, editor in zip([1], [Editor()], strict=True):
        return first(gclab.graph(editor))
    raise AssertionError


def in_for_itself() -> Count:
    steps = iter([1])
    for _ in steps:
        return first(gclab.graph(steps))
    raise AssertionError


def in_list_comprehension() -> Count:
    return [first(gclab.graph(editor)) for editor in [Editor()]][0]  # noqa: RUF015 - it is the list that is tested


def in_generator_expression() -> Count:
    return next(first(gclab.graph(editor)) for editor in [Editor()])


def in_map() -> Count:
    return first(next(map(gclab.graph, [Editor()])))


def in_partial() -> Count:
    return first(functools.partial(gclab.graph, Editor())())


def in_starred() -> Count:
    editor = Editor()
    return first(gclab.graph(*[editor]))


def in_starred_names() -> Count:
    def show(**held: Editor) -> Count:
        return first(gclab.graph(held["editor"]))

    return show(**{"editor": Editor()})  # noqa: PIE804 - it is the stars that are tested


def in_keyword() -> Count:
    def show(*, editor: Editor) -> Count:
        return first(gclab.graph(editor))

    held = Editor()
    return show(editor=held)


def in_starred_call() -> Count:
    def show(editor: Editor) -> Count:
        return first(gclab.graph(editor))

    return show(*[Editor()])


def in_rebound_argument() -> Count:
    def show(editor: Any) -> Count:  # noqa: ANN401
        editor = editor.other
        return first(gclab.graph(editor))

    held: Any = Editor()
    held.other = Editor()
    held.other.back = held
    return show(held)


def in_sort() -> Count:
    found: list[Count] = []

    def key(editor: Editor) -> int:
        found.append(first(gclab.graph(editor)))
        return 0

    sorted([Editor()], key=key)
    return found[0]


def in_init() -> Count:
    found: list[Count] = []
    Editor(lambda editor: found.append(first(gclab.graph(editor))))
    return found[0]


def in_half_expression() -> Count:
    editor = Editor()
    return (editor, first(gclab.graph(editor)))[1]


def in_call_argument() -> Count:
    def second(_editor: Editor, count: Count) -> Count:
        return count

    return second(Editor(), first(gclab.graph(held := Editor(), held)))


def in_method_receiver() -> Count:
    class List(list[object]):
        def second(self, count: Count) -> Count:
            return count

    return (held := List()).second(first(gclab.graph(held)))


def in_attribute_beside() -> Count:
    editor: Any = Editor()
    editor.other = Editor()
    return (editor.other, first(gclab.graph(editor)), first(gclab.graph(editor.other)))[2]


def in_method() -> Count:
    return Editor().refresh()


def in_method_value() -> Count:
    call = Editor().refresh
    return call()


def in_property() -> Count:
    return Editor().seen


def in_item() -> Count:
    return Editor()["key"]


def in_exception() -> Count:
    try:
        raise ValueError  # noqa: TRY301 - the handler is what is tested
    except ValueError as error:
        return first(gclab.graph(error))


def in_traceback() -> Count:
    def fail(editor: Editor) -> None:
        raise ValueError(editor)

    editor = Editor()
    try:
        fail(editor)
    except ValueError:
        return first(gclab.graph(editor))
    raise AssertionError


def in_class_body() -> Count:
    class Body:
        editor = Editor()
        count = first(gclab.graph(editor))

    return Body.count


def in_default() -> Count:
    editor = Editor()

    def held(_default: Editor = editor) -> None:
        pass

    return first(gclab.graph(editor))


def in_class_attribute() -> Count:
    editor: Any = Editor()
    type("Holder", (), {"editor": editor})
    return first(gclab.graph(editor))


def in_constant() -> Count:
    pair = (1, 2)
    return first(gclab.graph(pair))


def in_instance_dict() -> Count:
    editor: Any = Editor()
    editor.name = "a"
    attributes = vars(editor)
    return first(gclab.graph(attributes))


def in_slots() -> Count:
    class Slotted:
        __slots__ = ("held",)

    slotted: Any = Slotted()
    slotted.held = Editor()
    return first(gclab.graph(slotted.held))


def in_weak_reference() -> Count:
    editor = Editor()
    weak = weakref.ref(editor, lambda _: None)
    count = first(gclab.graph(editor))
    assert weak() is editor
    return count


def in_exec() -> Count:
    names: dict[str, Any] = {"gclab": gclab, "editor": Editor(), "first": first}
    exec("count = [first(gclab.graph(e)) for e in [editor]][0]", names)  # noqa: S102
    count: Count = names["count"]
    return count


def in_kept_locals() -> Count:
    editor = Editor()
    names = locals()
    count = first(gclab.graph(editor))
    assert names["editor"] is editor
    return count


def in_lru_cache() -> Count:
    @functools.lru_cache
    def cached(editor: Editor) -> Editor:
        return editor

    editor = Editor()
    cached(editor)
    return first(gclab.graph(editor))


def in_running_function() -> Count:
    def recurse() -> Count:
        return first(gclab.graph(recurse))

    return recurse()


def in_set() -> Count:
    editor = Editor()
    held = {editor}
    count = first(gclab.graph(editor))
    assert held
    return count


HONEST = [value for name, value in sorted(globals().items()) if name.startswith("in_")]


@pytest.mark.parametrize("situation", HONEST, ids=lambda situation: situation.__name__)
def test_nothing_is_unexplained_without_native_code(situation: Callable[[], Count]) -> None:
    """No reference that Python itself holds may be called unexplained: a false accusation is the worst error."""
    for _ in range(12):  # CPython specialises instructions after some runs
        assert situation().unexplained == 0


def test_a_fixture_argument_is_explained(editor: Editor) -> None:
    """A fixture is passed by keyword, through C code on some versions."""
    assert first(gclab.graph(editor)).unexplained == 0


@pytest.fixture
def editor() -> Editor:
    return Editor()


def test_a_hundred_pictures_change_no_count_and_keep_nothing() -> None:
    editor: Any = Editor()
    editor.parts = [Editor(), {"key": Editor()}]
    editor.call = editor.refresh
    inside = [editor, editor.parts, editor.parts[0], editor.parts[1], editor.call]
    before = [sys.getrefcount(item) for item in inside]
    pictures = [gclab.graph(editor) for _ in range(100)]
    assert [sys.getrefcount(item) for item in inside] == before
    assert len({str(picture) for picture in pictures}) == 1
    weak = [weakref.ref(item) for item in (editor, editor.parts[0])]
    editor.__dict__.clear()
    del inside, editor
    gc.collect()
    assert [ref() for ref in weak] == [None, None]


def test_a_picture_leaves_no_garbage() -> None:
    editor = Editor()
    gclab.graph(editor)
    gc.collect()
    gc.disable()
    try:
        gclab.graph(editor)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_deleting_a_variable_after_a_picture_frees_the_object() -> None:
    """Reading a frame's variables must leave no snapshot behind (before PEP 667 it would)."""
    editor = Editor()
    weak = weakref.ref(editor)
    gclab.graph(editor)
    del editor
    assert weak() is None


def test_counts_are_left_out_where_they_mean_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gclab.graphs.counts.COUNTS_MEAN_NOTHING", True)
    picture = gclab.graph(Editor())
    assert picture.nodes[0].count is None
    assert "free-threaded" in str(picture)
    assert "unexplained" not in picture.to_dot()


def test_frozen_owners_accuse_nobody() -> None:
    """What `gc.freeze` hides from every search must not be called unexplained."""
    editor = Editor()
    held = [editor]
    gc.freeze()
    try:
        picture = gclab.graph(editor)
    finally:
        gc.unfreeze()
    assert (first(picture).unexplained, first(picture).uncertain) == (0, 1)
    assert held


def test_a_running_loop_is_not_accused() -> None:
    """C code of the standard library holds the running loop. A fresh process has no other owners."""
    program = """
import asyncio, gclab

async def draw():
    return gclab.graph(asyncio.get_running_loop())

print(asyncio.run(draw()).nodes[0].unexplained)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "0\n"
