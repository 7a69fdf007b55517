"""Objects of an older build of a cell tell themselves apart: in `repr` and in every message where both builds meet."""

from __future__ import annotations

import importlib
import inspect
import pickle
import sys
from typing import TYPE_CHECKING, Any

import pytest

import gclab
from gclab.rust.loader import libraries

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from tests.rust.conftest import Compile

TEXT = """\
use pyo3::prelude::*;

#[pyo3_gc::pyclass(subclass)]
struct Node {
    #[pyo3(get, set)]
    peer: Option<Py<Node>>,
}

#[pymethods]
impl Node {
    #[new]
    fn new() -> Self { Node { peer: None } }
    fn version(&self) -> i32 { 1 }
    fn meet(&self, _other: PyRef<'_, Node>) {}
    fn __add__(&self, _other: PyRef<'_, Node>) -> i32 { 2 }
    fn __len__(&self) -> usize { 2 }
    fn __reduce__(slf: Bound<'_, Node>) -> (Py<PyAny>, ()) { (slf.get_type().into_any().unbind(), ()) }
}

#[pyclass(extends = Node)]
struct Leaf;

#[pymethods]
impl Leaf {
    #[new]
    fn new() -> (Self, Node) { (Leaf, Node::new()) }
}

#[pyfunction]
fn take(_node: PyRef<'_, Node>) {}
#[pyfunction]
fn take_all(_nodes: Vec<Py<Node>>) {}
"""
EDITED = TEXT + "// edited\n"


@pytest.fixture
def builds(compile_cell: Compile) -> tuple[ModuleType, ModuleType]:
    """Return the module of the cell before an edit and after it; the second is the current one."""
    old, new = compile_cell(TEXT, "older").module, compile_cell(EDITED, "older").module
    assert old is not None
    assert new is not None
    return old, new


def test_the_current_class_has_its_plain_name_and_the_older_one_a_number(builds: tuple[Any, Any]) -> None:
    old, new = builds
    assert [repr(module.Node) for module in builds] == ["<class 'older.Node@1'>", "<class 'older.Node'>"]
    assert repr(old.Leaf()).startswith("<older.Leaf@1 object at ")
    assert repr(new.Leaf()).startswith("<older.Leaf object at ")
    assert [importlib.import_module(f"older@{number}") for number in (1, 2)] == [old, new]


def test_a_cell_that_is_changed_back_is_the_current_one_again(builds: tuple[Any, Any], compile_cell: Compile) -> None:
    old, new = builds
    assert compile_cell(TEXT, "older").module is old
    assert [repr(module.Node) for module in builds] == ["<class 'older.Node'>", "<class 'older.Node@2'>"]
    assert sys.modules["older"] is old
    assert libraries()["older"] == libraries()["older@1"] == old.__file__
    assert libraries()["older@2"] == new.__file__


MEETINGS: dict[str, tuple[Callable[[Any, Any, Any], object], str]] = {
    "a method": (
        lambda _, new, node: new.Node.version(node),
        "descriptor 'version' for 'Node' objects doesn't apply to a 'Node@1' object",
    ),
    "an attribute": (
        lambda _, new, node: new.Node.peer.__get__(node),
        "descriptor 'peer' for 'Node' objects doesn't apply to a 'Node@1' object",
    ),
    "an attribute that is set": (
        lambda _, new, node: setattr(new.Node(), "peer", node),
        "'Node@1' object is not an instance of 'Node'",
    ),
    "an argument": (lambda _, new, node: new.take(node), "'Node@1' object is not an instance of 'Node'"),
    "a new object in an old function": (
        lambda old, new, _: old.take(new.Node()),
        "'Node' object is not an instance of 'Node@1'",
    ),
    "an argument of a method": (
        lambda _, new, node: new.Node().meet(node),
        "'Node@1' object is not an instance of 'Node'",
    ),
    "a list": (lambda _, new, node: new.take_all([node]), "'Node@1' object is not an instance of 'Node'"),
    "an old child of an old class": (
        lambda old, new, _: new.take(old.Leaf()),
        "'Leaf@1' object is not an instance of 'Node'",
    ),
    "an operator": (
        lambda _, new, node: new.Node() + node,
        "unsupported operand type(s) for +: 'Node' and 'Node@1'",
    ),
    "a slot": (
        lambda _, new, node: new.Node.__len__(node),
        "descriptor '__len__' requires a 'Node' object but received a 'Node@1'",
    ),
    "a constructor": (
        lambda old, new, _: new.Node.__new__(old.Node),
        "Node.__new__(Node@1): Node@1 is not a subtype of Node",
    ),
    "a missing attribute": (lambda _old, _new, node: node.missing, "'Node@1' object has no attribute 'missing'"),
}


@pytest.mark.parametrize("meeting", MEETINGS)
def test_a_message_tells_both_builds_apart(builds: tuple[Any, Any], meeting: str) -> None:
    old, new = builds
    meet, message = MEETINGS[meeting]
    with pytest.raises((TypeError, AttributeError)) as caught:
        meet(old, new, old.Node())
    assert message in str(caught.value)


def test_an_object_of_an_older_build_cannot_be_pickled_and_says_so(builds: tuple[Any, Any]) -> None:
    """Its class is found under no name; one of the current build has the name that another process finds as well."""
    old, new = builds
    with pytest.raises(pickle.PicklingError, match="Node@1"):
        pickle.dumps(old.Node())
    assert type(pickle.loads(pickle.dumps(new.Node()))) is new.Node  # noqa: S301
    assert b"@" not in pickle.dumps(new.Node())


def test_the_builds_are_different_classes_and_python_cannot_say_more(builds: tuple[Any, Any]) -> None:
    """What gives no message cannot tell them apart: here `repr` and the graph do."""
    old, new = builds
    assert not isinstance(old.Node(), new.Node)
    assert not issubclass(old.Leaf, new.Node)
    names = {node.type_name for node in gclab.graph([old.Node(), new.Node()]).nodes}
    assert {"Node", "Node@1"} <= names


def test_what_cannot_be_marked(builds: tuple[Any, Any], compile_cell: Compile) -> None:
    """A class of the user keeps its name, and so does a class that its module does not export."""
    old, new = builds

    Mine = type("Mine", (old.Node,), {})  # noqa: N806 - a class
    with pytest.raises(TypeError, match="'Mine' object is not an instance of 'Node'"):
        new.take(Mine())
    assert Mine.__bases__[0].__name__ == "Node@1"
    text = "use pyo3::prelude::*;\nmod inner {\n    #[pyo3::pyclass]\n    pub struct Hidden;\n}\n"
    text += "#[pyfunction]\nfn make() -> inner::Hidden { inner::Hidden }\n"
    hidden, _ = compile_cell(text, "unlisted").module, compile_cell(text + "// edited\n", "unlisted")
    assert hidden is not None
    assert type(hidden.make()).__name__ == "Hidden"


def test_a_mark_leaves_the_current_signature_alone(compile_cell: Compile) -> None:
    """Python reads a signature through the name, so only an older class has none."""
    text = TEXT.replace(
        "fn new() -> Self {", "#[pyo3(signature = (size = 3))]\n    fn new(size: i32) -> Self { let _ = size;"
    )
    text = text.replace("Node::new()", "Node::new(3)")
    old, new = compile_cell(text, "signed").module, compile_cell(text + "// edited\n", "signed").module
    assert old is not None
    assert new is not None
    assert str(inspect.signature(new.Node)) == "(size=3)"
    assert old.Node.__text_signature__ is None
