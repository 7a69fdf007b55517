r"""Run cells, and answer each with the number that it made readable; stays open until there are no more.

usage: kernel.py EXPRESSION [EXTENSION]. A cell is a line of the standard input, in which ``\0`` stands for the end of
a line. EXPRESSION is what reads the number. Cells are plain Python, or, with an IPython extension, what a notebook
runs. It imports little: for most tools its start is part of what is measured.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` takes milliseconds to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def main() -> None:
    """Serve."""
    expression, *extensions = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what tools print must not stand among the answers
    names: dict[str, object] = {}
    run = notebook(extensions[0], names) if extensions else lambda cell: exec(cell, names)  # noqa: S102
    print(file=answers, flush=True)
    for line in sys.stdin:
        run(line.rstrip("\n").replace("\0", "\n"))
        print(eval(expression, names), file=answers, flush=True)  # noqa: S307


def notebook(extension: str, names: dict[str, object]) -> Callable[[str], None]:
    """Return what runs a cell as a notebook does."""
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415

    shell: Any = InteractiveShell.instance(user_ns=names)
    shell.run_line_magic("load_ext", extension)
    return lambda cell: shell.run_cell(cell).raise_error()


if __name__ == "__main__":
    main()
