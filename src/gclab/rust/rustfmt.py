"""Rust code as a compiler prints it to code that can be read: the one file that runs rustfmt."""

from __future__ import annotations

import hashlib
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from gclab.errors import MachineError
from gclab.rust.files import write_atomically
from gclab.rust.tokens import skip_group, tokenize
from gclab.rust.toolchain import find_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gclab.rust.tokens import Token

_SETTINGS = 'max_width = 100\nstyle_edition = "2024"\n'
_MISSING = (
    "// There is no rustfmt here, so this is only roughly formatted: `rustup component add rustfmt` installs it.\n\n"
)
_BEFORE_A_PATH = frozenset({"as", "const", "dyn", "for", "if", "impl", "in", "let", "mut", "return", "use", "where"})
_INLINE = 70  # characters of a block that stays on its line


def format_code(blocks: list[tuple[str, str]], folder: Path) -> str:
    """Format blocks of Rust code, each with the comment above it; what was formatted once is kept in `folder`."""
    # Another version of this file may format in another way.
    decides = f"{Path(__file__).read_text(encoding='utf-8')}{blocks}"
    kept = folder / f"{hashlib.sha256(decides.encode()).hexdigest()[:40]}.rs"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    blocks = [(comment, _close_up(code)) for comment, code in blocks]
    formatted = _run("\n\n".join(f"// {comment}\n{code}" for comment, code in blocks), folder)
    if formatted is None:
        return _MISSING + "\n".join(f"// {comment}\n{_break_lines(code)}" for comment, code in blocks)
    write_atomically(kept, formatted)
    return formatted


def format_rust(source: str, folder: Path) -> str:
    """Return Rust source as rustfmt writes it, or as it is where rustfmt is not installed or refuses it."""
    return _run(source, folder) or source


def _run(code: str, folder: Path) -> str | None:
    """Run rustfmt with settings of its own; None if it is missing, or does not accept the code."""
    write_atomically(folder / "rustfmt.toml", _SETTINGS)
    try:
        command = [find_program("rustfmt"), "--edition", "2024", "--config-path", str(folder)]
        done = subprocess.run(command, input=code, capture_output=True, encoding="utf-8", check=False)
    except (MachineError, OSError):
        return None
    return done.stdout if done.returncode == 0 else None


def _close_up(code: str) -> str:
    """Write code on one line, with the spaces of a person: rustfmt leaves a line that is too long as it was."""
    tokens = list(tokenize(code))
    parts = [token.text for token in tokens[:1]]
    opened: list[bool] = []  # of each open `<`: whether a path may go on after its `>`
    goes_on = False
    for number, (before, token) in enumerate(pairwise(tokens)):
        arrow = before.text == ">" and code[before.start - 1 : before.start] in ("-", "=")
        if before.text == "<":
            opened.append(number == 0 or tokens[number - 1].text != "impl")
        elif before.text == ">" and not arrow:
            goes_on = opened.pop() if opened else False
        else:
            goes_on = before.kind == "ident" and before.text not in _BEFORE_A_PATH
        gap = " " if token.start > before.end else ""
        parts += ["" if _is_close(code, before, token, goes_on=goes_on and not arrow) else gap, token.text]
    return "".join(parts)


def _is_close(code: str, before: Token, token: Token, *, goes_on: bool) -> bool:
    """Tell whether no space belongs between two tokens."""
    if code.startswith("::", token.start):
        return goes_on or before.text in "(<&"
    if code.endswith("::", 0, before.end) or (before.text in "([#&!.<*" and token.text != "}"):
        return True
    if token.text in "<(":
        return goes_on or before.text == "impl"
    return token.text in ",;:?)]>" or (token.text == "." and before.text != ",")


def _break_lines(code: str) -> str:
    """Give each statement, attribute and longer block a line of its own."""
    return "".join(f"{'    ' * depth}{line}\n" for depth, line in _lines(code, list(tokenize(code)), 0))


def _lines(code: str, tokens: list[Token], depth: int) -> Iterator[tuple[int, str]]:
    """Yield each line with its depth."""
    start = index = 0
    while index < len(tokens):
        token = tokens[index]
        after = skip_group(tokens, index) if token.kind == "open" else index + 1
        inner = tokens[index + 1 : after - 1]
        line = code[tokens[start].start : tokens[after - 1].end]
        ends = token.text == ";" or (token.text == "[" and line.startswith("#["))
        long = depth == 0 or len(line) > _INLINE or any(one.text in "{;" for one in inner[:-1])
        if token.text == "{" and inner and long:
            ends = True
            yield depth, code[tokens[start].start : token.end]
            yield from _lines(code, inner, depth + 1)
            after += tokens[after : after + 1] != [] and tokens[after].text == ";"
            line = code[inner[-1].end : tokens[after - 1].end].strip()
        if ends:
            yield depth, line
            start = after
        index = after
    if start < len(tokens):
        yield depth, code[tokens[start].start : tokens[-1].end]
