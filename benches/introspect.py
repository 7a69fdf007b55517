"""Without the feature `introspect` no instruction of it is left in the traversal of a class.

The measured classes are built three times, in a copy of the crates: as they are, without the functions that name fields
and elements (they and their calls are cut out of the sources), and with the feature. The machine code of the first two
must be the same, that of the third another one; otherwise the comparison could not fail. The exit code is 1 if not.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from extension import NAME, ROOT, cargo
from results import Bar, Table, progress, report

# What stays of a call of these is the body of its closure, the last argument.
LABELS = re.compile(r"(\$crate::label::)?\bat_(field|index)\(")
# Elements are numbered for their labels only: the place of the number stays, and nobody counts.
NUMBERED, UNNUMBERED = ".enumerate()", ".map(|element| ((), element))"
TRAVERSAL = re.compile(r"(tp_traverse|__pyo3_gc_traverse|PyGcIntegration.*traverse).*>:$")
PADDING = re.compile(r"^(int3|xchg\s+%ax,%ax|(data16 |cs )*nop[wl]?\b.*)$")


def main() -> int:
    """Build, compare and report."""
    options = arguments()
    if shutil.which("objdump") is None:
        sys.exit("machine code is read with objdump, and there is none here: install it (Debian: apt install binutils)")
    with tempfile.TemporaryDirectory(prefix="pyo3-gc-bench-") as name:
        folder = copied(Path(name))
        progress("as it is")
        off = traversals(folder)
        progress("with the feature")
        on = traversals(folder, "--features", "introspect")
        cut(folder)
        progress("without any label")
        absent = traversals(folder)
        progress("")
    rows = [
        row("feature absent", off, absent),
        row("labels cut out", absent, absent),
        row("feature present", on, absent),
    ]
    columns = ("build", "functions", "instructions", "not as without labels")
    bars = [
        Bar("functions that the absent feature changes", (off - absent).total(), 0),
        Bar("one function, of those that the feature changes when it is on", 1, (on - absent).total()),
        Bar("one function, of those that were compared", 1, off.total()),
    ]
    return report([Table("Machine code of the traversals", columns, tuple(rows))], bars, options.json)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    return parser.parse_args()


def row(name: str, found: Counter[str], absent: Counter[str]) -> tuple[str, int, int, int]:
    """Summarise one build."""
    instructions = sum(body.count("\n") * number for body, number in found.items())
    return name, found.total(), instructions, (found - absent).total()


def copied(folder: Path) -> Path:
    """Copy what is needed to build the measured classes."""
    crates = folder / "crates"
    for crate in ("pyo3-gc", "pyo3-gc-macros", "pyo3-gc-bench"):
        shutil.copytree(
            ROOT / "crates" / crate, crates / crate, ignore=shutil.ignore_patterns("tests", "examples", "target")
        )
    for file in ("Cargo.toml", "Cargo.lock"):
        shutil.copy(ROOT / file, folder)
    return folder


def cut(folder: Path) -> None:
    """Remove the labels from the sources; the compiler finds what this leaves behind."""
    sources = folder / "crates" / "pyo3-gc" / "src"
    (sources / "label.rs").unlink()
    for file in sources.rglob("*.rs"):
        text = re.sub(
            r"^(mod label;|use crate::label::.*;)\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        text = text.replace(NUMBERED, UNNUMBERED)
        file.write_text(without_labels(text), encoding="utf-8")


def without_labels(text: str) -> str:
    """Put the body of the closure in the place of each call."""
    while call := LABELS.search(text):
        end, depth = call.end(), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        body = text[call.end() : end - 1].partition("||")[2].strip()
        text = f"{text[: call.start()]}{body}{text[end:]}"
    return text


def traversals(folder: Path, *options: str) -> Counter[str]:
    """Build, and return the code of every traversal, with the number of its copies."""
    cargo("build", "--release", "-p", "pyo3-gc-bench", *options, folder=folder)
    library = folder / "target" / "release" / f"lib{NAME}.so"
    command = ["objdump", "--disassemble", "--no-show-raw-insn", "--no-addresses", str(library)]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Counter(code(block) for block in listing.split("\n\n") if TRAVERSAL.search(block.partition("\n")[0]))


def code(block: str) -> str:
    """Write the code of a function without what the linker decides: addresses, the hashes of names, and padding."""
    lines = [line.strip() for line in block.splitlines()[1:]]
    while lines and PADDING.match(lines[-1]):
        lines.pop()
    text = "".join(f"{line}\n" for line in lines)
    text = re.sub(r"-?0x[0-9a-f]+\(%rip\)", "(%rip)", text)
    # A constant has no name of its own; what stands there is the next symbol before it, or a number that changes.
    text = re.sub(r"# <((anon\.|GCC_except_table)[^>]*|[^>]*\+0x[0-9a-f]+)>", "# <constant>", text)
    return re.sub(r"17h[0-9a-f]{16}E", "", text)


if __name__ == "__main__":
    sys.exit(main())
