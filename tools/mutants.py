"""Break the crates on purpose, one place at a time, and see that a test notices.

Each mutation replaces one text in a copy of the crates; then the fast tests run until one fails. A mutation that no
test notices, one whose text is no longer there, and one that does not compile are errors. Run it by `make mutants`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tools.mutation import NO_VISIT, ROOT, Mutation, check, copy

if TYPE_CHECKING:
    from pathlib import Path

WORK = ROOT / "target" / "mutants"
COPIED = ("Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "crates")
BUILD = ["cargo", "build", "--quiet", "-p", "pyo3-gc"]
# Not the stress, which takes longer, and not those that look at file names only.
SOUNDNESS = ["cargo", "test", "--quiet", "-p", "pyo3-gc-soundness", "--test", "[!s]*"]
BEHAVIOUR = [
    "cargo",
    "test",
    "--quiet",
    "-p",
    "pyo3-gc",
    *(f"--test={name}" for name in ("[a-e]*", "fi*", "[g-l]*", "mo*", "[n-z]*")),
]
MESSAGES = ["cargo", "test", "--quiet", "-p", "pyo3-gc", "--test", "mi*"]
TESTS = {"soundness": SOUNDNESS, "behaviour": BEHAVIOUR, "messages": MESSAGES}
SMALL = {"PYO3_GC_TYPES": "100", "PYO3_GC_GRAPHS": "2000"}  # a third of the time to compile
TIME_LIMIT = 900  # seconds: a test that waits for ever has noticed too


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
        "shapes",
        (
            "emptied-needs-all",
            "emptied {",
            "$($crate::may_contain_cycles::<$of>())||+",
            "$($crate::may_contain_cycles::<$of>())&&+",
            "rule 4",
        ),
        (
            "emptied-is-not-visited",
            "emptied {",
            "$traverse\n",
            "if true { let _ = $visit; return Ok(()) }\n$traverse\n",
            "rule 1",
        ),
        (
            "emptied-is-visited-twice",
            "emptied {",
            "$traverse\n",
            "(|| $traverse)()?;\n$traverse\n",
            "rule 1: destroys what is in use",
        ),
        ("emptied-is-not-cleared", "emptied {", "drop($take);", "if false { drop($take); }", "rule 5, the plain clear"),
        (
            "emptied-is-not-unlinked",
            "emptied {",
            "bag.put(content);",
            "let _ = (std::mem::ManuallyDrop::new(content), &bag);",
            "5",
        ),
        ("emptied-drops-at-once", "emptied {", "bag.put(content);", "{ let _ = &bag; drop(content); }", "rule 5, late"),
        ("emptied-hides-cells", "emptied {", "$shared\n", "if false { $shared }\n", "cells"),
        (
            "filled-hides-cells",
            "filled {",
            "$crate::field::unlink_shared(content, bag);",
            "let _ = (content, &bag);",
            "cells",
        ),
        ("elements-keep", "elements {", "(!$this.is_empty())", "($this.is_empty())", "a bound the wrong way round"),
        ("elements-after-the-first", "elements {", "$each.try_for_each", "$each.take(1).try_for_each", "rule 1"),
        (
            "elements-hide-cells",
            "elements {",
            "$crate::field::unlink_shared(element, bag)",
            "{ let _ = (element, &bag); }",
            "cells",
        ),
        (
            "keys-are-not-visited",
            "entries {",
            "$crate::field::traverse(key, visit)",
            "{ let _ = key; Ok(()) }",
            "rule 1",
        ),
        ("maps-keep", "entries {", "(!$this.is_empty())", "($this.is_empty())", "a bound"),
        (
            "maps-hide-cells",
            "entries {",
            "$crate::field::unlink_shared(value, bag)",
            "{ let _ = (value, &bag); }",
            "cells",
        ),
        (
            "parts-after-the-first",
            "parts {",
            "$($crate::field::traverse(&$part, visit)?;)+",
            "$(if true { return $crate::field::traverse(&$part, visit); })+",
            "rule 1",
        ),
        (
            "parts-keep",
            "parts {",
            "$($crate::field::unlink(&mut $part, bag);)+",
            "$(let _ = (&mut $part, &bag);)+",
            "rule 5",
        ),
        (
            "parts-hide-cells",
            "parts {",
            "$($crate::field::unlink_shared(&$part, bag);)+",
            "$(let _ = (&$part, &bag);)+",
            "cells",
        ),
        (
            "shown-is-not-visited",
            "shown {",
            "$($crate::field::traverse($part, visit)?;)+",
            "$(let _ = ($part, visit);)+",
            "rule 1",
        ),
        ("shown-keeps", "shown {", "self.unlink_shared(bag);", "let _ = bag;", "cells, in a class that is not frozen"),
        (
            "shown-hides-cells",
            "shown {",
            "$($crate::field::unlink_shared($part, bag);)+",
            "$(let _ = ($part, &bag);)+",
            "cells",
        ),
        (
            "variant-is-not-visited",
            "variants {",
            "$crate::field::traverse(part, visit)",
            "{ let _ = (part, visit); Ok(()) }",
            "1",
        ),
        ("variant-keeps", "variants {", "$crate::field::unlink(part, bag)", "{ let _ = (part, &bag); }", "rule 5"),
        (
            "variant-hides-cells",
            "variants {",
            "$crate::field::unlink_shared(part, bag)",
            "{ let _ = (part, &bag); }",
            "cells",
        ),
        (
            "variant-needs-all",
            "variants {",
            "$($crate::may_contain_cycles::<$of>())||+",
            "$($crate::may_contain_cycles::<$of>())&&+",
            "4",
        ),
    ),
    *impls(
        "collections",
        ("heap-changes-in-place", "BinaryHeap<T>:", "false;", "true;", "an order could change under the heap"),
        ("list-hides-cells", "LinkedList<T>:", "true;", "false;", "cells"),
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
        ("once-is-not-visited", "OnceLock<T>: T", "this.get(), ", "None::<&T>, ", "rule 1"),
        ("once-is-not-emptied", "OnceLock<T>: T", "this.take();", "None::<T>;", "rule 5"),
    ),
    *impls(
        "owned",
        ("array-without-its-first", "parts! {", "this => this[..];", "this => this[N.min(1)..];", "a bound"),
        ("range-without-its-end", "[T: PyGcIntegration] Range<T>", "this.start, this.end;", "this.start;", "rule 1"),
        ("slice-is-not-emptied", "for [T]", "field::unlink(element, bag);", "let _ = (element, &bag);", "rule 5"),
        ("slice-hides-cells", "for [T]", "field::unlink_shared(element, bag);", "let _ = (element, &bag);", "cells"),
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
            "py-is-dropped-at-once",
            "for Py<T>",
            "bag.put_py(object);",
            "{ let _ = &bag; drop(object); }",
            "rule 5, late",
        ),
        ("py-is-not-visited", "for Py<T>", "visit.call(self)", NO_VISIT, "rule 1"),
        ("py-is-not-cleared", "fn take_object", "replace(object, py.None())", "object.clone_ref(py)", "rule 5"),
        (
            "py-once-is-not-visited",
            "PyOnceLock<T>: T;",
            "field::traverse(content, visit)",
            "{ let _ = content; Ok(()) }",
            "1",
        ),
        ("py-text-is-not-visited", "for PyBackedStr", "visit.call(self.as_py_str())", NO_VISIT, "rule 1"),
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
        ("a-shared-value-is-not-visited", "fn __traverse__", "field::traverse(&self.0, visit)", NO_VISIT, "rule 1"),
        (
            "a-shared-value-keeps",
            "fn __clear__",
            "field::unlink_shared(&self.0, &mut bag);",
            "let _ = &mut bag;",
            "rule 5",
        ),
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
        ("derive-does-not-visit", "fn labelled", "quote!(#traversal?)", "quote!(if false { #traversal? })", "rule 1"),
        ("derive-does-not-clear", "fn call", "#this::clear(#binding)", "let _ = #binding", "the plain clear"),
        (
            "derive-drops-at-once",
            "fn call",
            "#this::unlink(#binding, #bag)",
            "let _ = &#bag; #this::clear(#binding)",
            "late",
        ),
        ("derive-hides-cells", "fn call", "#this::unlink_shared(#binding, #bag)", "let _ = (#binding, &#bag)", "cells"),
    ),
    *macros(
        "constant",
        ("derive-needs-all", "fn of_type", "#(#calls)||*", "#(#calls)&&*", "rule 4"),
        (
            "derive-takes-any-skip",
            "fn check_skip",
            "::core::assert!(!(#wrong)",
            "::core::assert!(true || !(#wrong)",
            "a check",
        ),
    ),
    *macros("bounds", ("derive-without-bounds", "fn visit_type_path", "self.found.owned.push(path);", "", "a bound")),
    *macros(
        "input",
        ("derive-visits-what-is-skipped", "fn visited", "!matches!(field.plan, Plan::Skip(_)) && ", "", "a check"),
    ),
    *macros(
        "hooks",
        ("a-class-is-not-cleared", "fn functions", "#clear(slf)", "let _ = slf; if false { #clear(slf) }", "a hook"),
    ),
]


def passes(tree: Path, command: list[str]) -> bool:
    """Run a command of cargo in the copy; its output is in the log."""
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(WORK / "target"),
        **SMALL,
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


def outcome(tree: Path, mutation: Mutation, tests: list[str]) -> str:
    """Make one mistake and run the tests."""
    with mutation.made_in(tree) as made:
        if not made:
            return "DOES NOT APPLY"
        if not passes(tree, BUILD):
            return "DOES NOT COMPILE"
        return next((f"killed by {name}" for name in tests if not passes(tree, TESTS[name])), "SURVIVED")


def run(mutations: list[Mutation], tests: list[str]) -> int:
    """Try all of them, after a look at the tests without any."""
    tree = WORK / "tree"
    copy(COPIED, tree)
    (WORK / "log").unlink(missing_ok=True)
    begin = time.monotonic()
    print("mutants: running the tests without a mutation", flush=True)
    if not all(passes(tree, command) for command in [BUILD, *(TESTS[name] for name in tests)]):
        print(f"mutants: the tests fail without a mutation; see {WORK / 'log'}")
        return 1
    wrong = []
    for number, mutation in enumerate(mutations, 1):
        result = outcome(tree, mutation, tests)
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
    parser.add_argument("--tests", choices=TESTS, action="append", help="only these tests; may be given several times")
    options = parser.parse_args()
    chosen = [one for one in MUTATIONS if not options.only or one.name in options.only]
    unknown = set(options.only or ()) - {one.name for one in chosen}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; --list shows the names")
    if options.list:
        for one in chosen:
            print(f"{one.name}\n    {one.file}: {one.why}")
        return 0
    return check("mutants", chosen) if options.check else run(chosen, options.tests or list(TESTS))


if __name__ == "__main__":
    sys.exit(main())
