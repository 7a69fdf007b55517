"""What is code and what only looks like it."""

from __future__ import annotations

import pytest

from gclab.rust.items import find_items
from gclab.rust.tokens import is_balanced, tokenize


def texts(source: str) -> list[str]:
    return [token.text for token in tokenize(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a // b\nc", ["a", "c"]),
        ("a /* b /* c */ d */ e", ["a", "e"]),
        ('"a \\" b" c', ['"a \\" b"', "c"]),
        ('r"\\" c', ['r"\\"', "c"]),
        ('r##"a "# b"## c', ['r##"a "# b"##', "c"]),
        ('br#"""# c"d" b"e" cr"f"', ['br#"""#', 'c"d"', 'b"e"', 'cr"f"']),
        ("'\"' '\\'' '\\u{1F600}' b'{'", ["'\"'", "'\\''", "'\\u{1F600}'", "b'{'"]),
        ("fn f<'a,'b>(x: &'a str)", ["fn", "f", "<", "'a", ",", "'b", ">", "(", "x", ":", "&", "'a", "str", ")"]),
        ('r#type bar"s"', ["r#type", "bar", '"s"']),
        ("1..2 0xFFu8 größe", ["1", ".", ".", "2", "0xFFu8", "größe"]),
    ],
)
def test_comments_strings_and_lifetimes_are_told_apart(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize("source", ['let s = "a', "/* /* */", 'r#"a"', "fn f() {", "fn f( { )", "}"])
def test_what_has_no_end_is_not_balanced(source: str) -> None:
    assert not is_balanced(list(tokenize(source)))


@pytest.mark.parametrize("source", ["", "fn f() { [(1, 2)]; }", "'{' \"(\" // [\n"])
def test_what_ends_is_balanced(source: str) -> None:
    assert is_balanced(list(tokenize(source)))


def found(source: str) -> list[tuple[str, str, list[str]]]:
    items = find_items(source, list(tokenize(source)))
    return [(item.kind, item.name, [attribute.name for attribute in item.attributes]) for item in items]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("#[a] struct X;", [("struct", "X", ["a"])]),
        ("#![a]\n#[b] enum X { A, B } fn f() {}", [("enum", "X", ["b"]), ("fn", "f", [])]),
        ('#[a::b::c(d = "]")] #[e] pub(in crate::x) struct X(u8);', [("struct", "X", ["c", "e"])]),
        ('#[a] pub async unsafe extern "C" fn f() -> [u8; 2] { [0; 2] }', [("fn", "f", ["a"])]),
        ("#[a] const fn f() {} #[b] const X: fn() = f;", [("fn", "f", ["a"]), ("const", "X", ["b"])]),
        ("mod m { #[a] struct X; } struct Y;", [("mod", "m", []), ("struct", "Y", [])]),
        ("macro_rules! m { () => { struct X; } } m!{ struct Z; } struct Y;", [("struct", "Y", [])]),
        ("#[a] impl X { fn f() {} } #[b] use x::{y, z}; #[c] struct Y;", [("struct", "Y", ["c"])]),
        ("#[a] /// words\n /* more */ #[b] struct X;", [("struct", "X", ["a", "b"])]),
        ("#[cfg_attr(unix, a, x::b(1, 2))] struct X;", [("struct", "X", ["a", "b"])]),
        ("#[a", []),
    ],
)
def test_items_are_found_outside_brackets_only(source: str, expected: list[tuple[str, str, list[str]]]) -> None:
    assert found(source) == expected
