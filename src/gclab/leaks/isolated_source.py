"""A function to source text that runs in another interpreter; or a sentence that says why it cannot."""

from __future__ import annotations

import ast
import inspect
from types import FunctionType
from typing import TYPE_CHECKING

from gclab.errors import IsolatedError

if TYPE_CHECKING:
    from collections.abc import Callable

_INSTEAD = "Give a function that is written with `def`, or its code as a string."


def source_of(function: Callable[..., object]) -> str:
    """Return the text that defines a function and nothing else.

    Raises:
        IsolatedError: The function cannot be defined by its text alone.

    """
    name = getattr(function, "__name__", None) or "the object"
    if not isinstance(function, FunctionType):
        kind = type(function).__name__
        raise IsolatedError(f"{name} is a {kind}, so it cannot be sent. {_INSTEAD}")
    if hasattr(function, "__wrapped__"):
        raise _decorated(name)
    if function.__code__.co_freevars:
        names = " and ".join(f"`{variable}`" for variable in function.__code__.co_freevars)
        raise IsolatedError(
            f"{name} uses {names} of the function or class around it, which is not sent. Pass it as an argument: "
            f"gclab.isolated({name}, value)."
        )
    return _definition(function, name)


def _definition(function: FunctionType, name: str) -> str:
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        raise IsolatedError(f"The source of {name} is in no file and in no cell. Give its code as a string.") from None
    if text[:1].isspace():
        text = f"if True:\n{text}"  # as it stands, so that no string in it changes
    try:
        found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt) and _defines(node)]
    except SyntaxError:
        found = []
    first = found[0] if found else None
    if isinstance(first, ast.AsyncFunctionDef) or inspect.isgeneratorfunction(function):
        raise IsolatedError(f"{name} only starts when it is awaited or iterated. Give a function that does this.")
    if not isinstance(first, ast.FunctionDef) or first.name != name:
        raise IsolatedError(f"{name} is part of another statement, so it cannot be sent alone. {_INSTEAD}")
    if first.decorator_list:
        raise _decorated(name)
    return text


def _defines(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _decorated(name: str) -> IsolatedError:
    return IsolatedError(
        f"{name} has a decorator, which is not sent. Give the function without it, or write one that applies it inside."
    )
