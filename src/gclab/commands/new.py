"""Make a project: a Rust module for Python with pyo3-gc, and tests that audit its class.

NAME is the name of the package; the module has _ in place of -. The folder must
be new or empty.

Examples:
  gclab new my-session
  gclab new my_session --path projects/session

"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import GclabError
from gclab.rust import trouble
from gclab.rust.cache import open_cache
from gclab.rust.lockfile import correct_lock_file
from gclab.rust.save import write_folder
from gclab.rust.sources import find_sources
from gclab.rust.starter import module_name, project_files
from gclab.rust.toolchain import find_toolchain

if TYPE_CHECKING:
    import argparse

    from gclab.commands.terminal import Terminal
    from gclab.rust.cargo import Step

_NEXT = """\
Made {folder}. Next, in a virtual environment:

  cd {folder}
  pip install maturin ./vendor/gclab
  maturin develop --extras test
  pytest"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", metavar="NAME", help="of the package, such as my-session")
    parser.add_argument("--path", metavar="FOLDER", help="where to make it (default: ./NAME)")


def run(given: argparse.Namespace, terminal: Terminal) -> int:
    """Write the whole project, or nothing."""
    module_name(given.name)
    named = given.path or given.name
    folder = _free(named)
    sources, cache = find_sources(), open_cache()
    toolchain = find_toolchain(cache.folder, sources.min_rust)

    def report(_: Step) -> None:
        terminal.progress("choosing the versions of the crates")

    finish = partial(correct_lock_file, toolchain, cache.target(toolchain.version), report)
    try:
        write_folder(folder, project_files(given.name, sources), finish)
    except OSError as error:
        raise trouble.cannot_write(error, named) from None
    terminal.say(_NEXT.format(folder=named))
    return 0


def _free(given: str) -> Path:
    """Return the folder if nothing in it would be lost.

    Raises:
        GclabError: it has content, or is a file, or is the folder in which the command runs.

    """
    folder = Path(given).expanduser().resolve()
    if folder.is_dir():
        if any(folder.iterdir()):
            raise GclabError(f"the folder {given!r} has content. Name one that is new or empty: --path FOLDER")
        if Path.cwd().is_relative_to(folder):
            raise GclabError("this is the working folder. Run the command in the folder above it")
    elif folder.exists():
        raise GclabError(f"{given!r} is a file. Name a folder: --path FOLDER")
    return folder
