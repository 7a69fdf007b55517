"""The lines of ``%%pyo3`` and ``%pyo3``, before anything is built."""

from __future__ import annotations

import dataclasses

import pytest
from IPython.core.error import UsageError

from gclab.errors import CellError
from gclab.ipython.options import CELL_PARSER, LINE_PARSER, options_table, read_clean, read_options
from gclab.rust.cell import Options


def test_every_option_is_read() -> None:
    line = """node --deps 'a = "1"' --deps 'b = "2"' --features x,y --release --check --save out --force --verbose"""
    assert read_options(line) == Options(
        name="node",
        deps=('a = "1"', 'b = "2"'),
        features=("x", "y"),
        release=True,
        check=True,
        save="out",
        force=True,
        verbose=True,
    )
    assert read_options("") == Options()


def test_every_field_of_the_options_is_declared() -> None:
    assert {action.dest for action in CELL_PARSER._actions} == {  # noqa: SLF001
        field.name for field in dataclasses.fields(Options)
    }


@pytest.mark.parametrize("line", ["--fails E0308 --save out", "--save out --fails"])
def test_options_that_exclude_each_other_are_refused_with_the_reason(line: str) -> None:
    with pytest.raises(CellError, match="--fails and --save exclude each other: a crate that must not compile"):
        read_options(line)


@pytest.mark.parametrize("line", ["a b", "--nonsense", "--deps", "--save"])
def test_a_line_that_cannot_be_parsed_is_an_error_of_use(line: str) -> None:
    with pytest.raises(UsageError):
        read_options(line)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("a --relase", "did you mean --release?"),
        ("a --svae out", "did you mean --save?"),
        ('a --deps smallvec = "1"', "put quotes round a dependency"),
        ("a b", "%%pyo3? lists the options"),
    ],
)
def test_an_error_of_use_says_what_was_meant(line: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_options(line)
    assert hint in str(caught.value)


def test_a_quote_without_an_end() -> None:
    with pytest.raises(CellError, match="No closing quotation"):
        read_options("--deps 'serde")


def test_a_code_that_is_none() -> None:
    with pytest.raises(CellError, match="takes an error code such as E0277"):
        read_options("node --fails nonsense")


def test_the_line_magic_lists_or_cleans_one_or_all() -> None:
    assert read_clean("") is None
    assert read_clean("--clean") == ""
    assert read_clean("--clean node") == "node"
    with pytest.raises(UsageError, match="%pyo3\\? lists the options"):
        read_clean("node")


def test_the_table_and_the_help_name_every_option() -> None:
    table = options_table()
    for parser in (CELL_PARSER, LINE_PARSER):
        for action in parser._actions:  # noqa: SLF001
            for text in (*action.option_strings, str(action.metavar or ""), str(action.help)):
                assert text in table
                assert text in " ".join(parser.format_help().split())
    assert "`--fails` and `--save` exclude each other" in table
