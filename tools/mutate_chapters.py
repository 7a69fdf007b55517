"""Break the crates, or a page, on purpose, one place at a time, and see that an assert of the chapter fails.

A chapter that stays green without the visit that it speaks of proves nothing. Each entry of the table replaces one
text in a copy of what the pages run with; then the chapter runs. A cell that is not compiled, or a kernel that dies, is
not the assert that a reader sees, and counts as wrong. The name of an entry is the number of its chapter, which must
notice; its file is one of the crates, or the page itself if the page writes its hooks by hand.

Run it by `make mutate-book`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import TYPE_CHECKING

import jupytext
import nbclient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools.mutation import NO_VISIT, ROOT, Mutation, check, copy

if TYPE_CHECKING:
    from pathlib import Path

WORK = ROOT / "target" / "mutate-book"
TREE = WORK / "tree"
COPIED = (
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "pyproject.toml",
    "README.md",
    "crates",
    "src",
    "notebooks",
)
TIME_LIMIT = 600  # seconds a cell
IMPLS = "crates/pyo3-gc/src/impls"
KILLED = "an assert fails"


MUTATIONS = [
    Mutation("01", f"{IMPLS}/python.rs", "for Py<T>", "visit.call(self)", NO_VISIT, "a field is visited"),
    Mutation(
        "03",
        "notebooks/03-by-hand.md",
        "## The two methods",
        "visit.call(&self.on_close)?;",
        "",
        "the field by hand is visited",
    ),
    Mutation(
        "03",
        "notebooks/03-by-hand.md",
        "## The two methods",
        "self.topics.clear();",
        "",
        "and the map cleared",
    ),
    Mutation("03", f"{IMPLS}/python.rs", "for Py<T>", "visit.call(self)", NO_VISIT, "so is the derived one"),
    Mutation(
        "06",
        "crates/pyo3-gc-macros/src/hooks.rs",
        "fn __pyo3_gc_traverse",
        "#traverse(self, visit)",
        "{ let _ = visit; ::core::result::Result::Ok(()) }",
        "the attribute installs the visit",
    ),
    Mutation(
        "06",
        "crates/pyo3-gc-macros/src/hooks.rs",
        "fn __pyo3_gc_clear",
        "#clear(slf)",
        "let _ = slf;",
        "and the clear",
    ),
    Mutation("07", f"{IMPLS}/python.rs", "for Py<T>", "visit.call(self)", NO_VISIT, "what is not opted out is visited"),
    Mutation(
        "08",
        f"{IMPLS}/shapes.rs",
        "elements {",
        "$each.try_for_each",
        "$each.take(1).try_for_each",
        "every element is visited",
    ),
    Mutation(
        "08",
        f"{IMPLS}/shapes.rs",
        "entries {",
        "$crate::field::traverse(key, visit)",
        "{ let _ = key; Ok(()) }",
        "keys are visited",
    ),
    Mutation(
        "08",
        f"{IMPLS}/shapes.rs",
        "fn unlink(&mut self, bag",
        "bag.put(content);",
        "{ let _ = &bag; std::mem::forget(content); }",
        "what is emptied is let go",
    ),
    Mutation(
        "08",
        f"{IMPLS}/owned.rs",
        "PyGcIntegration for ($($part,)+)",
        "$(field::unlink(&mut self.$index, bag);)+",
        "let _ = bag;",
        "what cannot be emptied passes it on",
    ),
    Mutation(
        "09",
        "crates/pyo3-gc/src/hooks.rs",
        "for False",
        "value.unlink(bag);",
        "{ let _ = &bag; value.clear(); }",
        "what is cleared is dropped when nothing is borrowed any more",
    ),
    Mutation(
        "09",
        f"{IMPLS}/python.rs",
        "fn take_object",
        "replace(object, py.None())",
        "object.clone_ref(py)",
        "a cleared field lets go",
    ),
    Mutation(
        "10",
        "crates/pyo3-gc/src/hooks.rs",
        "for True",
        "value.unlink_shared(bag);",
        "let _ = (value, &bag);",
        "a frozen class with a cell or a lock is cleared",
    ),
    Mutation(
        "11",
        "crates/pyo3-gc/src/shared.rs",
        "fn __traverse__",
        "field::traverse(&self.0, visit)",
        NO_VISIT,
        "the shared value is visited",
    ),
    Mutation(
        "11",
        "crates/pyo3-gc/src/shared.rs",
        "fn __clear__",
        "field::unlink_shared(&self.0, &mut bag);",
        "let _ = &mut bag;",
        "and cleared",
    ),
]


def page(chapter: str, root: Path = ROOT) -> Path | None:
    """Find the page of a chapter by its number."""
    return next(iter(sorted((root / "notebooks").glob(f"{chapter}-*.md"))), None)


def outcome(path: Path) -> str:
    """Run a page with what is in the copy; say how it ended."""
    environment = {**os.environ, "PYTHONPATH": str(TREE / "src"), "GCLAB_CACHE": str(WORK / "cache")}
    notebook = jupytext.read(path)
    resources = {"metadata": {"path": str(path.parent)}}
    client = nbclient.NotebookClient(notebook, timeout=TIME_LIMIT, kernel_name="python3", resources=resources)
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        return KILLED if error.ename == "AssertionError" else f"another error: {error.ename}: {error.evalue[:200]}"
    except (DeadKernelError, CellTimeoutError) as error:
        return f"the kernel did not survive: {type(error).__name__}"
    return "passes"


def with_mistake(mutation: Mutation, path: Path) -> str:
    """Make one mistake and run the chapter."""
    with mutation.made_in(TREE) as made:
        return outcome(path) if made else "does not apply"


def run(mutations: list[Mutation]) -> int:
    """Run each chapter as it is, then with each of its mistakes."""
    copy(COPIED, TREE)
    begin = time.monotonic()
    wrong = 0
    for chapter in dict.fromkeys(one.name for one in mutations):
        path = page(chapter, TREE)
        result = "is not there" if path is None else outcome(path)
        print(f"{time.monotonic() - begin:5.0f} s  chapter {chapter} as it is: {result}", flush=True)
        if path is None or result != "passes":
            wrong += 1
            continue
        for one in mutations:
            if one.name == chapter:
                result = with_mistake(one, path)
                wrong += result != KILLED
                verdict = "good" if result == KILLED else "WRONG"
                seconds = time.monotonic() - begin
                print(f"{seconds:5.0f} s  chapter {chapter}, {one.why}: {verdict}, {result}", flush=True)
    print(f"mutate_chapters: {wrong} wrong" if wrong else "mutate_chapters: each mistake makes an assert fail")
    return 1 if wrong else 0


def main() -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only see that every entry still applies")
    parser.add_argument("--only", metavar="CHAPTER", action="append", help="only this one, such as 08; repeatable")
    options = parser.parse_args()
    chosen = [one for one in MUTATIONS if not options.only or one.name in options.only]
    unknown = set(options.only or ()) - {one.name for one in chosen}
    if unknown:
        parser.error(f"no entry for {', '.join(sorted(unknown))}")
    return check("mutate_chapters", chosen) if options.check else run(chosen)


if __name__ == "__main__":
    sys.exit(main())
