"""A function of the user's, in a file of theirs."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gclab.errors import FactoryError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["load", "said_by"]


def load(file: Path, name: str) -> Callable[..., Any]:
    """Import a file as Python would run it, with its folder on the path, and return its function `name`.

    Raises:
        FactoryError: there is no such file or function, or the file fails while it is imported.

    """
    if not file.is_file():
        raise FactoryError(f"there is no file {file}")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise FactoryError(f"{file} cannot be imported: the name of a Python file ends in .py")
    folder = str(file.absolute().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, module)  # so that its globals are known for what they are
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise FactoryError(f"{file} fails when it is imported: {said_by(error, file)}") from error
    if not callable(getattr(module, name, None)):
        offered = [each for each, value in vars(module).items() if getattr(value, "__module__", None) == file.stem]
        have = f"It has: {', '.join(offered)}." if offered else "It defines none."
        raise FactoryError(f"{file} has no function {name!r}. {have} Name one: {file}:FUNCTION")
    return getattr(module, name)  # type: ignore[no-any-return]


def said_by(error: BaseException, file: Path) -> str:
    """Return the class and the text of an exception, and the last line of the file that led to it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file.absolute()]
    where = f" (line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"
