"""Write the table of the types that implement `PyGcIntegration`, from what rustdoc found in the code.

`cargo doc` comes first, with all features. The table is part of the crate's documentation, and `--check` fails if it
is not the one that the code gives.
"""

import argparse
import html
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "target/doc/pyo3_gc/trait.PyGcIntegration.html"
OPTIONAL = ROOT / "crates/pyo3-gc/src/impls/ext.rs"
TABLE = ROOT / "crates/pyo3-gc/src/docs/implementations.md"

# What the implementations in a file have in common. A file of `impls/ext` stands for the crate of its name.
GROUPS = {
    "impls/python": "of PyO3",
    "impls/containers": "are emptied",
    "impls/collections": "are emptied, keys and values alike",
    "impls/owned": "pass everything on to their parts",
    "impls/variants": "pass everything on to the part that is there; what a `Cow` borrows has another owner",
    "impls/cells": "cells",
    "sync/mutex": "locks",
    "sync/rwlock": "locks",
    "shared": "shared, as an object of its own",
    "impls/refused": "refused if the content may own an object; the compiler names the replacement",
    "impls/leaf": "own nothing",
}

FEATURE = re.compile(r'#\[cfg\(feature = "([^"]+)"\)\]\nmod (\w+);')
IMPLEMENTATION = re.compile(r'<section id="impl-PyGcIntegration-for[^"]*" class="impl">(.*?)</section>', re.DOTALL)
SOURCE = re.compile(r'href="\.\./src/pyo3_gc/([^"#]+)\.rs\.html')
TAG = re.compile(r"<[^>]+>")
HEADER = re.compile(r"impl(?:<.*>)? PyGcIntegration for (?P<type>.+?)(?: where .*)?$")


def main(arguments: list[str] | None = None) -> int:
    """Parse, write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the table is not up to date")
    check = parser.parse_args(arguments).check
    if not PAGE.exists():
        print(f"implementations: no {PAGE.relative_to(ROOT)}; run `cargo doc --no-deps --all-features` first")
        return 2
    try:
        text = table(implementations(PAGE.read_text(encoding="utf-8")))
    except LookupError as error:
        print(f"implementations: {error}")
        return 1
    old = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    if check and text != old:
        print(f"implementations: {TABLE.relative_to(ROOT)} is not what the code gives; run `make implementations`")
        return 1
    if not check:
        TABLE.write_text(text, encoding="utf-8")
    print(f"implementations: {text.count('`') // 2} types and names in {TABLE.relative_to(ROOT)}")
    return 0


def implementations(page: str) -> list[tuple[str, str]]:
    """Find all implementations, as (source file without its ending, type), in the order of the page."""
    found = []
    for match in IMPLEMENTATION.finditer(page):
        source = SOURCE.search(match[1])
        text = " ".join(html.unescape(TAG.sub("", match[1])).split()).removeprefix("Source§")
        header = HEADER.match(text)
        if source is None or header is None:
            message = f"rustdoc's page has changed its form; cannot read {text!r}"
            raise LookupError(message)
        found.append((source[1], header["type"]))
    if not found:
        message = "rustdoc's page names no implementation"
        raise LookupError(message)
    return found


def table(found: list[tuple[str, str]]) -> str:
    """Write one row for each group, the optional crates last."""
    rows: dict[str, list[str]] = {title: [] for title in GROUPS.values()}
    optional: dict[str, list[str]] = {}
    features = {module: feature for feature, module in FEATURE.findall(OPTIONAL.read_text(encoding="utf-8"))}
    for source, name in found:
        if source.startswith("impls/ext/"):
            feature = features[Path(source).name]
            optional.setdefault(f"with the feature `{feature}`", []).append(name)
        elif source in GROUPS:
            rows[GROUPS[source]].append(name)
        else:
            message = f"`{name}` is implemented in {source}.rs, which has no title here"
            raise LookupError(message)
    rows |= dict(sorted(optional.items()))
    lines = ["| types | |", "|---|---|"]
    lines += [f"| {title} | {listed(names)} |" for title, names in rows.items() if names]
    return "\n".join(lines) + "\n"


def listed(names: list[str]) -> str:
    """Join the names without repetition, with tuples and function pointers as one."""
    ordered = sorted(set(names), key=lambda name: (name.strip("&[(").lower(), name))
    families = {"tuples of up to 12": r"^\(.+,.*\)$", "function pointers": r"^(unsafe )?(extern .*)?fn\("}
    parts = []
    for name in ordered:
        family = next((family for family, pattern in families.items() if re.match(pattern, name)), f"`{name}`")
        if family not in parts:
            parts.append(family)
    return ", ".join(parts).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
