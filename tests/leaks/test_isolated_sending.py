"""What `gclab.isolated` sends to a child and back, and what it says about the rest."""

from __future__ import annotations

import functools
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import gclab


def product(left: int, right: int) -> int:
    return left * right


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_another_interpreter_needs_nothing_installed(tmp_path: Path) -> None:
    """A stand-in that starts this one without its site-packages."""
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nPYTHONPATH= exec "{sys.executable}" -S "$@"\n')
    other.chmod(0o755)
    assert gclab.isolated("import gclab", python=other).error == "ModuleNotFoundError"
    assert gclab.isolated(product, 3, 4, python=other).value == 12


def test_an_interpreter_that_does_not_exist() -> None:
    with pytest.raises(gclab.IsolatedError, match=r"The interpreter no-such-python cannot be started: No such file"):
        gclab.isolated("pass", python="no-such-python")


def test_a_value_that_cannot_be_sent_is_shown() -> None:
    def make() -> object:
        class Odd:
            def __repr__(self) -> str:
                return "<odd>"

        return Odd()

    result = gclab.isolated(make)
    assert result.ok
    assert (result.value, result.value_repr) == (None, "<odd>")
    assert "cannot be sent back" in result.notes[0]
    assert repr(result) == "isolated: ended well and returned <odd>"


def test_a_value_that_cannot_be_read_here_is_shown() -> None:
    def make() -> object:
        globals()["Only"] = type("Only", (), {"__repr__": lambda _: "<only there>", "__module__": "__main__"})
        return globals()["Only"]()

    result = gclab.isolated(make)
    assert (result.value, result.value_repr) == (None, "<only there>")
    assert "AttributeError" in result.notes[0]


def test_a_repr_that_fails_or_is_long() -> None:
    def fails() -> object:
        class Bad:
            def __repr__(self) -> str:
                raise ValueError

        return Bad()

    assert gclab.isolated(fails).value_repr == "<Bad whose repr raises ValueError>"
    long = gclab.isolated(product, "ab", 5000)
    assert long.value == "ab" * 5000
    assert long.value_repr == repr("ab" * 5000)[:1000] + "..."


def test_a_name_of_the_file_is_not_sent_and_a_sentence_says_so() -> None:
    def uses() -> object:
        return time.time()

    result = gclab.isolated(uses)
    assert result.error == "NameError"
    assert result.notes == ("Code runs alone: it imports and defines all that it uses.",)


def test_annotations_need_nothing() -> None:
    def annotated(path: Path) -> Any:  # noqa: ANN401
        return str(path)

    assert gclab.isolated(annotated, Path("a")).value == "a"


exec(compile("def without_source(): pass", "<nowhere>", "exec"))  # noqa: S102 - a function without a file
plain = functools.partial(lambda function: function)


@plain
def marked() -> None: ...


async def later() -> None: ...


def many() -> Any:  # noqa: ANN401
    yield 1


class Methods:
    def method(self) -> None: ...


outside = 1


def enclosing() -> Any:  # noqa: ANN401
    value = 3

    def inner() -> int:
        return value + outside

    return inner


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (len, r"len is a builtin_function_or_method, so it cannot be sent. Give a function that is written with `def`"),
        (Methods, "Methods is a type,"),
        (Methods().method, "method is a method,"),
        (functools.partial(product, 1), "the object is a partial,"),
        (lambda: 1, "<lambda> is part of another statement"),
        (enclosing(), r"inner uses `value` of the function or class around it.*gclab.isolated\(inner, value\)"),
        (functools.wraps(product)(lambda: 1), "product has a decorator"),
        (marked, "marked has a decorator"),
        (later, "later only starts when it is awaited"),
        (many, "many only starts when it is awaited or iterated"),
        (globals()["without_source"], "The source of without_source is in no file and in no cell"),
    ],
)
def test_a_function_that_cannot_be_sent_says_what_to_do(function: Any, sentence: str) -> None:  # noqa: ANN401
    with pytest.raises(gclab.IsolatedError, match=sentence):
        gclab.isolated(function)


def test_arguments_that_cannot_be_sent() -> None:
    with pytest.raises(gclab.IsolatedError, match=r"The arguments cannot be sent .* Make them inside the function"):
        gclab.isolated(product, lambda: 1, 2)
    with pytest.raises(gclab.IsolatedError, match="Arguments are for a function"):
        gclab.isolated("pass", 1)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_time_that_is_none(seconds: float) -> None:
    with pytest.raises(gclab.IsolatedError, match="timeout is a number of seconds above 0, at most 1000000, not "):
        gclab.isolated("pass", timeout=seconds)
