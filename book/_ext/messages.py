"""The sentences of rustc, marked, so that a style sheet can break them and leave the lines of code alone.

There are sentences in one message, which may be broken anywhere, and lines of code with ``^^^`` below them, which
may not.
"""

from __future__ import annotations

import html
import re

TERMINAL = re.compile(
    r'(<div class="[^"]*highlight-myst-ansi[^"]*"><div class="highlight"><pre>)(.*?)(</pre>)', re.DOTALL
)
RULE = re.compile(r'<span class="gt">(-{40,})</span>')
TAG = re.compile(r"<[^>]+>")
SENTENCE = re.compile(
    r"(?:error|warning|note|help)(?:\[E\d+\])?: |\s*= (?:note|help|warning): |\d+ more messages? (?:is|are) folded"
)


def with_sentences(body: str) -> str:
    """Return the HTML of a page, with a span of the class ``sentence`` around each line of prose in such a message.

    The line of hyphens above IPython's errors gets the class ``rule``: it is cut off where other lines are broken.
    """
    body = RULE.sub(r'<span class="gt rule">\1</span>', body)
    return TERMINAL.sub(lambda match: match[1] + _marked(match[2]) + match[3], body)


def _marked(text: str) -> str:
    return "\n".join(
        f'<span class="sentence">{line}</span>' if SENTENCE.match(html.unescape(TAG.sub("", line))) else line
        for line in text.split("\n")
    )
