"""Draw the object that an expression gives, and what it refers to.

The first name of EXPRESSION that is a module is imported.

Examples:
  gclab graph 'collections.OrderedDict(a=[1])'
  gclab graph 'mymodule.Session(print)' --save session.svg

"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gclab
from gclab.errors import GraphError

if TYPE_CHECKING:
    import argparse

    from gclab.commands.terminal import Terminal


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("expression", metavar="EXPRESSION", help="Python code that gives an object")
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write the picture to FILE instead of text to the screen"
    )


def run(given: argparse.Namespace, terminal: Terminal) -> int:
    """Draw; nothing is ever found."""
    try:
        value = eval(given.expression, _Names())  # noqa: S307 - the user's own code
    except Exception as error:
        raise GraphError(f"{given.expression!r} gives no object: {type(error).__name__}: {error}") from error
    picture = gclab.graph(value)
    if given.save:
        terminal.say(str(picture.save(given.save)))
    else:
        terminal.say(str(picture))
    return 0


class _Names(dict[str, Any]):
    """The names of an expression: modules, imported when they are asked for."""

    def __missing__(self, name: str) -> object:
        if hasattr(__builtins__, name) or (isinstance(__builtins__, dict) and name in __builtins__):
            raise KeyError(name)
        try:
            return importlib.import_module(name)
        except ImportError:
            raise NameError(f"name {name!r} is not defined, and there is no such module") from None
