"""Break the crates on purpose, one place at a time, and see that a test notices.

Each mutation replaces one text in a copy of the crates; then the fast tests run until one fails. A mutation that no
test notices, one whose text is no longer there, and one that does not compile are errors. Run it by `make mutants`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "target" / "mutants"
COPIED = ("Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "crates")
BUILD = ["cargo", "build", "--quiet", "-p", "pyo3-gc"]
TESTS = (
    ["cargo", "test", "--quiet", "-p", "pyo3-gc-soundness"],
    ["cargo", "test", "--quiet", "-p", "pyo3-gc", "--tests"],
)
GRAPHS = "2000"
TIME_LIMIT = 900  # seconds: a test that waits for ever has noticed too
NO_VISIT = "{ let _ = visit; Ok(()) }"


@dataclass(frozen=True)
class Mutation:
    """One mistake: `old` becomes `new` at its first place below `after`."""

    name: str
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


def impls(file: str, *rows: tuple[str, str, str, str, str]) -> list[Mutation]:
    """Mutations of one file of implementations."""
    return [Mutation(name, f"crates/pyo3-gc/src/impls/{file}.rs", *row) for name, *row in rows]


def source(file: str, *rows: tuple[str, str, str, str, str]) -> list[Mutation]:
    """Mutations of one file of the crate."""
    return [Mutation(name, f"crates/pyo3-gc/src/{file}.rs", *row) for name, *row in rows]


def macros(file: str, *rows: tuple[str, str, str, str, str]) -> list[Mutation]:
    """Mutations of one file of the macros."""
    return [Mutation(name, f"crates/pyo3-gc-macros/src/{file}.rs", *row) for name, *row in rows]


MUTATIONS = [
    *impls(
        "containers",
        (
            "option-is-not-visited",
            "for Option<T>",
            "self.as_ref().map_or(Ok(()), |content| field::traverse(content, visit))",
            NO_VISIT,
            "rule 1: a forgotten reference leaks",
        ),
        ("option-is-not-cleared", "for Option<T>", "drop(self.take());", "", "rule 5, the plain clear"),
        ("option-is-not-emptied", "for Option<T>", "self.take() {", "None::<T> {", "rule 5, under a borrow"),
        (
            "option-drops-at-once",
            "for Option<T>",
            "bag.put(content);",
            "{ let _ = &bag; drop(content); }",
            "rule 5, late",
        ),
        (
            "option-hides-cells",
            "for Option<T>",
            "field::unlink_shared(content, bag);",
            "let _ = (content, &bag);",
            "cells",
        ),
        (
            "vec-is-visited-twice",
            "for Vec<T>",
            "field::traverse(self.as_slice(), visit)",
            "{ field::traverse(self.as_slice(), visit)?; field::traverse(self.as_slice(), visit) }",
            "rule 1: a second visit destroys what is in use",
        ),
        (
            "vec-is-not-emptied",
            "for Vec<T>",
            "if !self.is_empty()",
            "if self.is_empty()",
            "a bound the wrong way round",
        ),
        ("vec-hides-cells", "for Vec<T>", "field::unlink_shared(self.as_slice(), bag);", "let _ = bag;", "cells"),
    ),
    *impls(
        "collections",
        (
            "elements-after-the-first",
            "elements {",
            "self.iter().enumerate()",
            "self.iter().take(1).enumerate()",
            "rule 1",
        ),
        ("elements-are-not-emptied", "elements {", "if !self.is_empty()", "if self.is_empty()", "a bound"),
        ("heap-changes-in-place", "BinaryHeap<T>, this", "false;", "true;", "an order could change under the heap"),
        ("list-hides-cells", "LinkedList<T>, this", "true;", "false;", "cells"),
        ("keys-are-not-visited", "entries {", "field::traverse(key, visit)", "{ let _ = key; Ok(()) }", "rule 1"),
        (
            "keys-do-not-count",
            "entries {",
            "may_contain_cycles::<K>() || may_contain_cycles::<V>()",
            "may_contain_cycles::<V>()",
            "rule 4: a broken promise leaks",
        ),
        ("maps-are-not-emptied", "entries {", "if !self.is_empty()", "if self.is_empty()", "a bound"),
        ("maps-hide-cells", "entries {", "field::unlink_shared(value, bag);", "let _ = (value, &bag);", "cells"),
    ),
    *impls(
        "cells",
        (
            "a-borrowed-cell-panics",
            "for RefCell<T>",
            "self.try_borrow().map_or(Ok(()), |content| field::traverse(&*content, visit))",
            "field::traverse(&*self.borrow(), visit)",
            "rule 3: a panic hides the rest",
        ),
        ("a-cell-keeps", "for RefCell<T>", "field::unlink(&mut *content, bag);", "let _ = (content, &bag);", "rule 5"),
        (
            "a-cell-is-only-looked-into",
            "for RefCell<T>",
            "field::unlink(&mut *content, bag);",
            "{ content = content; field::unlink_shared(&*content, bag); }",
            "rule 5: what is in the cell itself",
        ),
        ("a-cell-is-not-cleared", "for RefCell<T>", "field::clear(self.get_mut());", "", "the plain clear"),
        (
            "once-is-not-visited",
            "once {",
            "self.get().map_or(Ok(()), |content| field::traverse(content, visit))",
            NO_VISIT,
            "1",
        ),
        (
            "once-is-not-emptied",
            "once {",
            "bag.put(content);",
            "let _ = (std::mem::ManuallyDrop::new(content), &bag);",
            "5",
        ),
        ("once-hides-cells", "once {", "field::unlink_shared(content, bag);", "let _ = (content, &bag);", "cells"),
        (
            "cell-takes-objects",
            "for Cell<T>",
            "!may_contain_cycles::<T>(),",
            "true,",
            "rule 4: nobody can look into it",
        ),
    ),
    *impls(
        "owned",
        (
            "py-is-dropped-at-once",
            "for Py<T>",
            "bag.put_py(object);",
            "{ let _ = &bag; drop(object); }",
            "rule 5, late",
        ),
        ("py-is-not-visited", "for Py<T>", "visit.call(self)", NO_VISIT, "rule 1"),
        ("py-is-not-cleared", "fn take_object", "replace(object, py.None())", "object.clone_ref(py)", "rule 5"),
        ("array-without-its-first", "parts! {", "this => this[..];", "this => this[N.min(1)..];", "a bound"),
        ("range-without-its-end", "[T: PyGcIntegration] Range<T>", "this.start, this.end;", "this.start;", "rule 1"),
        ("slice-is-not-emptied", "for [T]", "field::unlink(element, bag);", "let _ = (element, &bag);", "rule 5"),
        ("slice-hides-cells", "for [T]", "field::unlink_shared(element, bag);", "let _ = (element, &bag);", "cells"),
        ("range-hides-cells", "for RangeInclusive<T>", "self.unlink_shared(bag);", "let _ = bag;", "cells, not frozen"),
        ("pin-hides-cells", "for Pin<Box<T>>", "self.unlink_shared(bag);", "let _ = bag;", "cells, not frozen"),
        (
            "tuple-hides-cells",
            "tuple {",
            "$(field::unlink_shared(&self.$index, bag);)+",
            "let _ = bag;",
            "cells, frozen",
        ),
        (
            "tuple-needs-all",
            "tuple {",
            "$(may_contain_cycles::<$part>())||+",
            "$(may_contain_cycles::<$part>())&&+",
            "rule 4",
        ),
    ),
    *impls(
        "python",
        (
            "py-once-is-not-visited",
            "for PyOnceLock<T>",
            "field::traverse(content, visit)",
            "{ let _ = content; Ok(()) }",
            "1",
        ),
        ("py-once-drops-at-once", "for PyOnceLock<T>", "bag.put(content);", "{ let _ = &bag; drop(content); }", "late"),
        ("py-text-is-not-visited", "for PyBackedStr", "visit.call(self.as_py_str())", NO_VISIT, "rule 1"),
    ),
    *impls(
        "variants",
        (
            "variant-is-not-visited",
            "variants {",
            "field::traverse(part, visit)",
            "{ let _ = (part, visit); Ok(()) }",
            "1",
        ),
        ("variant-is-not-emptied", "variants {", "field::unlink(part, bag)", "{ let _ = (part, &bag); }", "rule 5"),
        ("variant-hides-cells", "variants {", "field::unlink_shared(part, bag)", "{ let _ = (part, &bag); }", "cells"),
        (
            "variant-needs-all",
            "variants {",
            "$(may_contain_cycles::<$of>())||+",
            "$(may_contain_cycles::<$of>())&&+",
            "rule 4",
        ),
    ),
    *source(
        "hooks",
        (
            "a-class-drops-under-its-borrow",
            "for False",
            "value.unlink(bag);",
            "{ let _ = &bag; value.clear(); }",
            "rule 5, late",
        ),
        (
            "a-frozen-class-keeps",
            "for True",
            "value.unlink_shared(bag);",
            "let _ = (value, &bag);",
            "frozen classes leak",
        ),
        ("any-thread-looks", "pub fn clear", "if belongs_to_another_thread(object)", "if false", "PyO3 panics there"),
        (
            "a-borrowed-object-panics",
            "for False",
            "object.try_borrow_mut()",
            "Ok::<_, ()>(object.borrow_mut())",
            "a check",
        ),
    ),
    *source(
        "bag",
        ("the-bag-drops-values", "pub fn put", "self.rest.push(Box::new(value));", "drop(value);", "rule 5, late"),
        ("the-bag-drops-objects", "pub fn put", "self.objects.extend(object.take());", "drop(object.take());", "late"),
    ),
    *source(
        "integration",
        (
            "what-owns-nothing-is-asked",
            "pub mod field",
            "if T::MAY_CONTAIN_CYCLES { value.traverse(visit) } else { Ok(()) }",
            "value.traverse(visit)",
            "a million numbers would be visited",
        ),
    ),
    *source(
        "sync/rwlock",
        (
            "a-lock-is-not-visited",
            "for GcRwLock<T>",
            "field::traverse(unsafe { &*self.value.get() }, visit)",
            NO_VISIT,
            "1",
        ),
        ("a-lock-keeps", "for GcRwLock<T>", "field::unlink(&mut *content, bag);", "let _ = (content, &bag);", "rule 5"),
    ),
    *source(
        "shared",
        ("a-shared-value-is-not-visited", "fn __traverse__", "self.0.traverse(visit)", NO_VISIT, "rule 1"),
        ("a-shared-value-keeps", "fn __clear__", "self.0.unlink_shared(&mut bag);", "let _ = &mut bag;", "rule 5"),
        (
            "an-owner-visits-twice",
            "for GcArc<T>",
            "visit.call(&self.shared)",
            "{ visit.call(&self.shared)?; visit.call(&self.shared) }",
            "rule 1",
        ),
    ),
    *macros(
        "expand",
        (
            "derive-does-not-visit",
            "fn call",
            "Method::Traverse(visit) => quote_spanned!(span=> #this::traverse(#binding, #visit)?)",
            "Method::Traverse(visit) => quote_spanned!(span=> let _ = (#binding, #visit))",
            "rule 1",
        ),
        ("derive-does-not-clear", "fn call", "#this::clear(#binding)", "let _ = #binding", "the plain clear"),
        (
            "derive-drops-at-once",
            "fn call",
            "#this::unlink(#binding, #bag)",
            "let _ = &#bag; #this::clear(#binding)",
            "late",
        ),
        ("derive-hides-cells", "fn call", "#this::unlink_shared(#binding, #bag)", "let _ = (#binding, &#bag)", "cells"),
        ("derive-needs-all", "fn may_contain_cycles", "#(#calls)||*", "#(#calls)&&*", "rule 4"),
        ("derive-takes-any-skip", "fn check_skip", "::core::assert!(!IMPLEMENTED, #implemented);", "", "a check"),
    ),
    *macros("bounds", ("derive-without-bounds", "fn visit_type_path", "self.found.owned.push(path);", "", "a bound")),
    *macros("input", ("derive-visits-what-is-skipped", "fn visited", "field.skip.is_none() && ", "", "a check")),
    *macros("class", ("a-class-is-not-cleared", "fn hooks", "#krate::__private::clear(slf)", "let _ = slf;", "a hook")),
]


def prepare() -> Path:
    """Copy what the tests need."""
    tree = WORK / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name)
        else:
            shutil.copy2(ROOT / name, tree / name)
    return tree


def passes(tree: Path, command: list[str]) -> bool:
    """Run a command of cargo in the copy; its output is in the log."""
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(WORK / "target"),
        "PYO3_GC_GRAPHS": GRAPHS,
        "RUST_BACKTRACE": "0",
    }
    with (WORK / "log").open("a", encoding="utf-8") as log:
        try:
            done = subprocess.run(
                command, cwd=tree, env=environment, stdout=log, stderr=log, timeout=TIME_LIMIT, check=False
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def outcome(tree: Path, mutation: Mutation) -> str:
    """Apply one mutation, run the tests, and undo it."""
    path = tree / mutation.file
    before = path.read_text(encoding="utf-8")
    after = mutation.apply(before)
    if after is None:
        return "DOES NOT APPLY"
    path.write_text(after, encoding="utf-8")
    try:
        if not passes(tree, BUILD):
            return "DOES NOT COMPILE"
        return next((f"killed by {command[4]}" for command in TESTS if not passes(tree, command)), "SURVIVED")
    finally:
        path.write_text(before, encoding="utf-8")


def check(mutations: list[Mutation]) -> int:
    """See that every entry of the table still fits the sources."""
    stale = [one for one in mutations if one.apply((ROOT / one.file).read_text(encoding="utf-8")) is None]
    for one in stale:
        print(f"mutants: {one.name} does not apply any more: {one.file} has changed, so mend the table")
    if not stale:
        print(f"mutants: all {len(mutations)} apply")
    return 1 if stale else 0


def run(mutations: list[Mutation]) -> int:
    """Try all of them, after a look at the tests without any."""
    tree = prepare()
    (WORK / "log").unlink(missing_ok=True)
    begin = time.monotonic()
    print("mutants: running the tests without a mutation", flush=True)
    if not all(passes(tree, command) for command in [BUILD, *TESTS]):
        print(f"mutants: the tests fail without a mutation; see {WORK / 'log'}")
        return 1
    wrong = []
    for number, mutation in enumerate(mutations, 1):
        result = outcome(tree, mutation)
        if not result.startswith("killed"):
            wrong.append(mutation)
        seconds = time.monotonic() - begin
        print(f"{number:3}/{len(mutations)} {seconds:5.0f} s  {mutation.name}: {result}", flush=True)
    for mutation in wrong:
        print(f"mutants: {mutation.name} in {mutation.file} was not killed ({mutation.why})")
    return 1 if wrong else 0


def main() -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print the table and do nothing")
    parser.add_argument("--check", action="store_true", help="only see that every entry still applies")
    parser.add_argument("--only", metavar="NAME", action="append", help="only this one; may be given several times")
    options = parser.parse_args()
    chosen = [one for one in MUTATIONS if not options.only or one.name in options.only]
    unknown = set(options.only or ()) - {one.name for one in chosen}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; --list shows the names")
    if options.list:
        for one in chosen:
            print(f"{one.name}\n    {one.file}: {one.why}")
        return 0
    return check(chosen) if options.check else run(chosen)


if __name__ == "__main__":
    sys.exit(main())
