"""Rust code as a notebook shows it: in the colours of the page that it stands on."""

from __future__ import annotations

from IPython.display import Code

__all__ = ["bundle"]


def bundle(code: str) -> dict[str, str]:
    """Return Rust code for IPython's ``display(.., raw=True)``: marked up as HTML, and as it is for a terminal.

    JupyterLab and the book have rules for these marks, light and dark. IPython's own style sheet knows no dark page.
    """
    whole: str = Code(code, language="rust")._repr_html_()  # type: ignore[no-untyped-call]
    marked = whole.partition("</style>")[2]
    return {"text/html": f'<div class="gclab-code">{marked}</div>', "text/plain": code.rstrip("\n")}
