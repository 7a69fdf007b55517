"""Rust code as a notebook shows it: in the colours of the page that it stands on."""

from __future__ import annotations

from typing import Final

from IPython.display import Code

__all__ = ["bundle"]

# The names of JupyterLab's colours, light and dark. The book has more specific rules of its own; elsewhere the code is plain.
_COLOURS: Final = {
    "comment": ".c1, .cm, .sd",
    "keyword": ".k, .kc, .kd, .kp, .bp",
    "builtin": ".kt, .nb",
    "def": ".nc, .nf",
    "string": ".s, .s1, .s2, .se",
    "number": ".m, .mf, .mi",
    "meta": ".cp, .ne",
}
_STYLE = "".join(
    f".gclab-code .highlight :is({classes}) {{ color: var(--jp-mirror-editor-{name}-color); }}\n"
    for name, classes in _COLOURS.items()
)


def bundle(code: str) -> dict[str, str]:
    """Return Rust code for IPython's ``display(.., raw=True)``: coloured as HTML, and as it is for a terminal."""
    # Without IPython's own style sheet, which knows no dark page.
    marked = str(Code(code, language="rust")._repr_html_()).partition("</style>")[2]
    html = f'<div class="gclab-code"><style>\n{_STYLE}</style>{marked}</div>'
    return {"text/html": html, "text/plain": code.rstrip("\n")}
