"""The examples of the docstrings say what happens, and `help` leads to them."""

from __future__ import annotations

import doctest
import pydoc

import pytest

import gclab


@pytest.mark.parametrize("function", [gclab.graph, gclab.compare, gclab.collector_steps])
def test_the_example_of_a_function_is_true(function: object) -> None:
    globs = {"gclab": gclab, "__name__": "__main__"}
    (example,) = doctest.DocTestFinder(recurse=False).find(function, "example", module=False, globs=globs)
    assert len(example.examples) > 2
    assert doctest.DocTestRunner().run(example).failed == 0


def test_help_names_every_function() -> None:
    text = pydoc.plain(pydoc.render_doc(gclab))
    introduction = text.partition("PACKAGE CONTENTS")[0]
    for name in gclab.__all__:
        if not isinstance(getattr(gclab, name), type) and not name.endswith("_ipython_extension"):
            assert f"`{name}`" in introduction
            assert f"    {name}(" in text
