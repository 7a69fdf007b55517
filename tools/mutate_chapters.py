"""Break the crates, or a page, on purpose, one place at a time, and see that an assert of the chapter fails.

A chapter that stays green without the visit that it speaks of proves nothing. Each entry of the table replaces one
text in a copy of what the pages run with; then the chapter runs. A cell that is not compiled, or a kernel that dies, is
not the assert that a reader sees, and counts as wrong. Run it by `make mutate-book`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbclient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[1]
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
LEFT_OUT = shutil.ignore_patterns("target", "__pycache__")
TIME_LIMIT = 600  # seconds a cell
NO_VISIT = "{ let _ = visit; Ok(()) }"
IMPLS = "crates/pyo3-gc/src/impls"
KILLED = "an assert fails"


@dataclass(frozen=True)
class Mutation:
    """One mistake: `old` becomes `new` at its first place below `after`, and chapter `chapter` must notice.

    The file is one of the crates, or the page itself if the page writes its hooks by hand.
    """

    chapter: str
    file: str
    after: str
    old: str
    new: str
    why: str

    def apply(self, text: str) -> str | None:
        """Return the text with the mistake, or ``None`` if it does not fit any more."""
        begin = text.find(self.after)
        place = text.find(self.old, begin)
        if begin < 0 or place < 0:
            return None
        return text[:place] + self.new + text[place + len(self.old) :]


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


def prepare() -> None:
    """Copy what the pages run with, in the shape of the repository: gclab finds the crates round itself.

    The copies are new files: cargo must not take them for those of the run before, the last of which had a mistake.
    """
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, TREE / name, ignore=LEFT_OUT, copy_function=shutil.copy)
        else:
            shutil.copy(ROOT / name, TREE / name)


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
    """Apply one mutation, run the chapter, and undo it."""
    file = TREE / mutation.file
    before = file.read_text(encoding="utf-8")
    after = mutation.apply(before)
    if after is None:
        return "does not apply"
    file.write_text(after, encoding="utf-8")
    try:
        return outcome(path)
    finally:
        file.write_text(before, encoding="utf-8")


def fits(mutation: Mutation) -> bool:
    """Whether the file is there and has the text."""
    file = ROOT / mutation.file
    return file.is_file() and mutation.apply(file.read_text(encoding="utf-8")) is not None


def check(mutations: list[Mutation]) -> int:
    """See that every entry of the table still fits the sources."""
    stale = [one for one in mutations if not fits(one)]
    for one in stale:
        print(f"mutate_chapters: `{one.old}` is not in {one.file} any more: mend the entry of chapter {one.chapter}")
    if not stale:
        print(f"mutate_chapters: all {len(mutations)} apply")
    return 1 if stale else 0


def run(mutations: list[Mutation]) -> int:
    """Run each chapter as it is, then with each of its mistakes."""
    prepare()
    begin = time.monotonic()
    wrong = 0
    for chapter in dict.fromkeys(one.chapter for one in mutations):
        path = page(chapter, TREE)
        result = "is not there" if path is None else outcome(path)
        print(f"{time.monotonic() - begin:5.0f} s  chapter {chapter} as it is: {result}", flush=True)
        if path is None or result != "passes":
            wrong += 1
            continue
        for one in mutations:
            if one.chapter == chapter:
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
    chosen = [one for one in MUTATIONS if not options.only or one.chapter in options.only]
    unknown = set(options.only or ()) - {one.chapter for one in chosen}
    if unknown:
        parser.error(f"no entry for {', '.join(sorted(unknown))}")
    return check(chosen) if options.check else run(chosen)


if __name__ == "__main__":
    sys.exit(main())
