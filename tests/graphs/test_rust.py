"""Pictures of Rust objects: the paths of fields, keys and values, enums, locks and shared values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import gclab
from gclab.rust.build import build
from gclab.rust.cell import Options

if TYPE_CHECKING:
    from types import ModuleType

CELL = """
use pyo3_gc::prelude::*;
use pyo3_gc::{GcArc, GcMutex};
use std::collections::HashMap;

#[derive(PyGcIntegration)]
struct Settings {
    theme: Py<PyAny>,
    on_change: GcMutex<Option<Py<PyAny>>>,
}

#[pyclass(frozen)]
struct Reader {
    settings: GcArc<Settings>,
}

#[pyclass(frozen)]
struct Writer {
    settings: GcArc<Settings>,
    pending: GcMutex<Vec<Py<PyAny>>>,
}

#[pyfunction]
fn shared(py: Python<'_>, theme: Py<PyAny>, on_change: Py<PyAny>) -> PyResult<(Reader, Writer)> {
    let settings = GcArc::new(py, Settings { theme, on_change: GcMutex::new(Some(on_change)) })?;
    let pending = GcMutex::new(vec![py.eval(c"[]", None, None)?.unbind()]);
    Ok((Reader { settings: settings.clone_ref(py) }, Writer { settings, pending }))
}

#[derive(PyGcIntegration)]
enum Shape {
    Leaf { owner: Py<PyAny> },
    Group(Vec<Shape>),
}

#[pyclass]
struct Drawing {
    shape: Shape,
    names: HashMap<String, Py<PyAny>>,
    pair: (Option<Py<PyAny>>, u8),
}

#[pymethods]
impl Drawing {
    #[new]
    fn new(py: Python<'_>, first: Py<PyAny>, second: Py<PyAny>) -> Self {
        let leaf = |owner: &Py<PyAny>| Shape::Leaf { owner: owner.clone_ref(py) };
        Drawing {
            shape: Shape::Group(vec![leaf(&first), Shape::Group(vec![leaf(&second)])]),
            names: HashMap::from([("main".to_owned(), first)]),
            pair: (Some(second), 1),
        }
    }
}
"""


@pytest.fixture(scope="module")
def shapes() -> ModuleType:
    module = build(CELL, Options("shapes"), "cell_1", lambda _: None).module
    assert module is not None
    return module


class Theme:
    """An object of a user."""


def labels(picture: gclab.ObjectGraph) -> list[str]:
    return [f"{edge.source} {edge.label} {edge.target}" for edge in picture.edges]


def test_a_shared_value_is_one_box_with_two_owners(shapes: Any) -> None:  # noqa: ANN401
    """What is in the lock is told by the name of the field."""
    reader, writer = shapes.shared(Theme(), Theme())
    picture = gclab.graph(reader, writer)
    assert [node.title() for node in picture.nodes] == [
        "Reader",
        "Writer",
        "Shared value of a GcArc",
        "list 0 items",
        "Theme",
        "Theme",
    ]
    assert labels(picture) == [
        "n0 settings n2",
        "n1 settings n2",
        "n1 pending[0] n3",
        "n2 theme n4",
        "n2 on_change n5",
    ]
    shared = picture.nodes[2]
    assert shared.facts() == ["2 references: 2 drawn", "native object"]


def test_enums_maps_and_tuples_have_paths_as_in_rust(shapes: Any) -> None:  # noqa: ANN401
    drawing = shapes.Drawing(Theme(), Theme())
    assert labels(gclab.graph(drawing)) == [
        "n0 shape.Group.0[0].Leaf.owner n1",
        "n0 shape.Group.0[1].Group.0[0].Leaf.owner n2",
        "n0 names.values[0] n1",
        "n0 pair.0 n2",
    ]


def test_many_like_rust_objects_are_one_box(shapes: Any) -> None:  # noqa: ANN401
    drawings = [shapes.Drawing(Theme(), Theme()) for _ in range(50)]
    picture = gclab.graph(drawings)
    assert [node.title() for node in picture.nodes] == ["list 50 items", "Drawing × 50", "Theme × 50", "Theme × 50"]
    assert picture.edges[0].words() == "[…] × 50"
