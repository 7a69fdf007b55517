"""What a child interpreter of `gclab.isolated` runs, with the folder of its job as argument.

Needs only the standard library, so that every Python can run it. Reads ``job`` from the folder; writes ``crash``, by
means of faulthandler, and ``reply``.
"""

from __future__ import annotations
import __future__ as features

import faulthandler
import importlib.util
import linecache
import os
import pickle
import sys
import traceback
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

TITLE = "<isolated>"  # the file name of the code in tracebacks
_LONGEST_REPR = 1000


class CellModules:
    """Finds the modules that the parent process has built from cells, by their names."""

    def __init__(self, libraries: dict[str, str], abi: str, builder: str) -> None:
        self._libraries = libraries
        self._abi = abi
        self._builder = builder
        self._builds: dict[str, Any] = {}

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Answer for the modules of cells only."""
        return ModuleSpec(name, self) if name in self._libraries else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Load the library of a build once, whichever of its two names is imported."""
        library = self._libraries[spec.name]
        if library not in self._builds:
            self._builds[library] = self._build(spec.name, library)
        module: ModuleType = self._builds[library].module
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: a library is executed when it is loaded."""

    def _build(self, name: str, library: str) -> object:
        if not any(self._abi in suffix for suffix in EXTENSION_SUFFIXES):
            raise ImportError(f"{name} was built for another Python ({self._abi}): its cell must be built by this one.")
        if not Path(library).is_file():
            raise ImportError(f"the library of {name} is gone from the cache: run its cell again.")
        plain = name.partition("@")[0]
        build = _load_file("gclab_library", self._builder).Build(plain, library)
        if self._libraries[plain] != library:
            build.mark(name.removeprefix(plain))
        return build


def _load_file(name: str, path: str) -> Any:  # noqa: ANN401
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 - always given for a file
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _limit(memory: int | None) -> None:
    """Write no core file, and take no more address space than `memory` bytes."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _run(job: dict[str, Any]) -> object:
    """Run the code as the main program, then call its function if there is one."""
    main = sys.modules["__main__"] = ModuleType("__main__")
    text, function = job["code"], job["function"]
    # Annotations of a function may name what only its own file has imported.
    flags = features.annotations.compiler_flag if function else 0
    linecache.cache[TITLE] = (len(text), None, [f"{line}\n" for line in text.splitlines()], TITLE)
    exec(compile(text, TITLE, "exec", flags, dont_inherit=True), vars(main))  # noqa: S102 - what this file is for
    return vars(main)[function](*pickle.loads(job["arguments"])) if function else None  # noqa: S301 - of the parent


def _returned(value: object) -> dict[str, object]:
    try:
        text = repr(value)
    except Exception as failed:  # noqa: BLE001 - a repr may raise anything
        text = f"<{type(value).__name__} whose repr raises {type(failed).__name__}>"
    reply: dict[str, object] = {"repr": text if len(text) <= _LONGEST_REPR else f"{text[:_LONGEST_REPR]}..."}
    try:
        return {**reply, "value": pickle.dumps(value)}
    except Exception as failed:  # noqa: BLE001 - so may its methods for pickle
        return {**reply, "unsent": f"{type(failed).__name__}: {failed}"}


def _raised(error: BaseException) -> dict[str, object]:
    text = "".join(_of_the_user(traceback.TracebackException.from_exception(error)).format())
    kind = type(error)
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - as for repr
        message = ""
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return {"type": name, "message": message, "traceback": text}


def _of_the_user(found: traceback.TracebackException) -> traceback.TracebackException:
    """Take the frames of this file and of the import system out, here and in the errors before it."""
    at: traceback.TracebackException | None = found
    while at is not None:
        at.stack[:] = [frame for frame in at.stack if frame.filename != __file__ and "<frozen" not in frame.filename]
        at = at.__cause__ or at.__context__
    return found


def main(folder: Path) -> int:
    """Do the job in `folder`; return the exit code."""
    # A number, not a file object: it stays open to the very end, where a crash is still to be recorded.
    crash = os.open(folder / "crash", os.O_WRONLY | os.O_CREAT)
    job = pickle.loads((folder / "job").read_bytes())  # noqa: S301 - written by the parent
    faulthandler.enable(crash)
    # Works also while native code holds the interpreter's lock, and after the parent was killed.
    faulthandler.dump_traceback_later(job["timeout"], exit=True, file=crash)
    sys.meta_path.insert(0, CellModules(job["libraries"], job["abi"], job["builder"]))
    sys.argv[:] = [""]
    if Path(sys.path[0]) == Path(__file__).parent:
        sys.path[0] = ""  # the working folder, as in a notebook
    try:
        _limit(job["memory"])
        value = _run(job)
        reply = _returned(value) if job["function"] else {"finished": True}
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of Rust is none of `Exception`
        reply = _raised(error)
    (folder / "reply").write_bytes(pickle.dumps(reply))
    return 1 if "type" in reply else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
