"""The sentences in a message of the compiler are marked; its lines of code are not."""

from __future__ import annotations

import re

import messages
import page_nodes
import pytest
from docutils import nodes

MESSAGE = """<span class=" -Color -Color-Bold-C9">error[E0277]</span><span>: `Buffer` does not say</span>
 <span>--&gt; </span>downloads.rs:8:13
<span>8</span> <span>|</span>     error: Buffer,
  <span>|</span>            <span>^^^^^^</span> <span>no</span>
  <span>= </span><span>note</span>: add `#[derive]`

1 more message is folded: %%pyo3 --verbose shows all."""


def page(text: str, kind: str = "highlight-myst-ansi") -> str:
    return (
        f'<p>error: no output</p><div class="output stream {kind}"><div class="highlight"><pre>{text}</pre></div></div>'
    )


def test_sentences_are_marked_and_code_is_not() -> None:
    marked = messages.with_sentences(page(MESSAGE))
    found = re.findall(r'<span class="sentence">(.*)</span>(?=\n|</pre>)', marked)
    assert [re.sub("<[^>]+>", "", line).strip()[:9] for line in found] == ["error[E02", "= note: a", "1 more me"]
    assert marked.count("\n") == page(MESSAGE).count("\n")


def test_only_outputs_are_marked() -> None:
    assert messages.with_sentences(page(MESSAGE, "highlight-rust")) == page(MESSAGE, "highlight-rust")


def test_the_rule_above_an_error_may_be_cut() -> None:
    assert messages.with_sentences(f'<span class="gt">{"-" * 75}</span>') == f'<span class="gt rule">{"-" * 75}</span>'
    assert messages.with_sentences('<span class="gt">----&gt; 1</span>') == '<span class="gt">----&gt; 1</span>'


def cell(source: str, mode: str, prompt: str) -> nodes.container:
    block = nodes.container("", nodes.literal_block("", source), classes=["cell_input"])
    return nodes.container("", block, hide_mode=mode, prompt_show=prompt, prompt_hide=prompt)


@pytest.mark.parametrize(
    ("source", "mode", "prompt", "label"),
    [
        ("%%pyo3 keyed\nstruct Session;", "all", "Show {type}", "Show the whole Rust cell: keyed"),
        ("%%capture said\n%%pyo3 outside --fails", "input", "Show {type}", "Show the whole Rust cell: outside"),
        ("%%pyo3 keyed --expand", "output", "Show {type}", "Show {type}"),
        ("%%pyo3 keyed", "all", "Show the mended class", "Show the mended class"),
        ("print()", "all", "Show {type}", "Show {type}"),
    ],
)
def test_a_folded_rust_cell_is_named(source: str, mode: str, prompt: str, label: str) -> None:
    folded = cell(source, mode, prompt)
    page_nodes.name_fold(folded)
    assert folded["prompt_show"] == label
