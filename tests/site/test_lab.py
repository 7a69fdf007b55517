"""JupyterLab as `make lab` starts it, in a browser: a page opens as a notebook, runs, and is saved whole."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import gclab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
PAGE = "notebooks/01-first-leak.md"
# A build of some seconds, a picture, and an error with all the colours that rustc has.
CELLS = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst, format_version: 0.13}
kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
---

```{code-cell} ipython3
%load_ext gclab
import gclab
```

```{code-cell} ipython3
%%pyo3 in_lab
use pyo3::prelude::*;

const fn spin(n: u64) -> u64 { let mut i = 0; let mut x = 0; while i < n { x ^= i; i += 1; } x }
#[allow(long_running_const_eval)]
const X: u64 = spin(STEPS);

#[pyo3_gc::pyclass(get_all, new = "from_fields")]
struct Session { on_close: Option<Py<PyAny>> }

#[pyfunction]
fn answer() -> u64 { X - X + 42 }
```

```{code-cell} ipython3
gclab.graph(in_lab.Session([in_lab.answer()]))
```

```{code-cell} ipython3
%%pyo3 in_lab
#[pyo3::pyfunction]
fn answer() -> u64 { let other = 1; "forty-two" }
```
"""
# The contrast of each piece of text with all that lies behind it, and its colour.
CONTRAST = """elements => {
    const rgba = colour => [...colour.match(/[0-9.]+/g).map(Number), 1].slice(0, 4)
    const over = ([r, g, b, a], under) => [r, g, b].map((value, at) => value * a + under[at] * (1 - a))
    const ground = at => at
        ? over(rgba(getComputedStyle(at).backgroundColor), ground(at.parentElement)) : [255, 255, 255]
    const light = colour => colour.map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0)
    return elements.map(element => {
        const under = ground(element), colour = getComputedStyle(element).color
        const [dark, bright] = [light(over(rgba(colour), under)), light(under)].sort((a, b) => a - b)
        return [colour, (bright + 0.05) / (dark + 0.05)]
    })
}"""
READABLE = 4.4  # WCAG asks 4.5 of text; JupyterLab's own blue has 4.48 on the red ground of its own errors
TOKEN = "of-this-test"  # noqa: S105 - the server lives as long as the test, on this machine only


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Copy what JupyterLab may write to, with the settings that lie beside it."""
    for name in ("pyproject.toml", "rust-toolchain.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("notebooks", "book", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def lab(workspace: Path) -> Iterator[str]:
    """Start the server with the project's own configuration, and with no settings of this machine's user."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(workspace / ".own" / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--config={workspace}/tools/jupyter_server_config.py"]
    log = (workspace / "lab.log").open("w")
    server = subprocess.Popen(
        command, cwd=workspace, env={**os.environ, **own}, stdout=log, stderr=log, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(address, server)
        yield address
    finally:
        end(server)
        log.close()


def end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end; on a busy machine it may wait long for its kernels, which then go with it."""
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def ask(address: str, body: object = None) -> dict[str, Any]:
    """Call the server's interface: read, or write when there is a body."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(address, data=data, headers=headers, method="GET" if data is None else "PUT")
    with urllib.request.urlopen(request, timeout=120) as answer:
        return dict(json.load(answer))


def wait_until_up(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            ask(f"{address}/api/status")
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    pytest.fail("the server did not come up in five minutes")


def wait_until_written(path: Path, before: int) -> None:
    for _ in range(600):
        if path.stat().st_mtime_ns != before:
            return
        time.sleep(0.5)
    pytest.fail(f"{path.name} was not saved in five minutes")


def test_a_page_opens_runs_and_is_saved_without_damage(browser: Browser, lab: str, workspace: Path) -> None:
    before = (workspace / PAGE).read_text(encoding="utf-8")
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    elsewhere: list[str] = []
    page = context.new_page()
    page.on(
        "request",
        lambda request: None if request.url.startswith((lab, "data:", "blob:")) else elsewhere.append(request.url),
    )
    page.goto(f"{lab}/lab/tree/{PAGE}?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=300_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=300_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    graphs = page.locator(".jp-OutputArea .gclab-graph svg")
    graphs.first.wait_for(timeout=300_000)
    graphs.first.scroll_into_view_if_needed()
    opened = (workspace / PAGE).stat().st_mtime_ns
    page.keyboard.press("Control+s")
    wait_until_written(workspace / PAGE, opened)
    shots = ROOT / "_build" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=shots / "lab.png")
    context.close()
    assert elsewhere == []
    assert (workspace / PAGE).read_text(encoding="utf-8") == before


def show_theme(page: Page, name: str) -> None:
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for item in ("Theme", f"JupyterLab {name}"):
        page.locator(".lm-Menu-item").filter(has=page.get_by_text(item, exact=True)).click()
    page.wait_for_function(f"document.body.dataset.jpThemeName === 'JupyterLab {name}'")


def test_a_cell_shows_its_progress_its_picture_and_its_error(browser: Browser, lab: str, workspace: Path) -> None:
    """Progress goes, the object is a picture, and message and code of an error can be read in both themes.

    JupyterLab has one set of colours for both themes, made for the light one: in the dark one the coloured words of
    every error, not only of rustc's, have little contrast. So for the dark one only the uncoloured text is looked at.
    """
    steps = str(3_000_000 + 4 * secrets.randbelow(100_000))
    (workspace / "notebooks" / "cells.md").write_text(CELLS.replace("STEPS", steps), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1400, "height": 1500})
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/notebooks/cells.md?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=300_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=300_000)
    for item in ("Run", "Run All Cells"):
        page.get_by_role("menuitem", name=item, exact=True).click()
    progress = page.locator(".jp-OutputArea-output", has_text=re.compile(r"Compiling [\w -]+: \d+ of \d+ \(\d+ s\)"))
    progress.wait_for(timeout=300_000)
    shots = ROOT / "_build" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=shots / "lab-progress.png")
    error = page.locator(".jp-OutputArea-output", has_text="mismatched types")
    error.wait_for(timeout=300_000)
    assert progress.count() == 0
    assert page.locator(".jp-OutputArea .gclab-graph svg").count() == 1
    for theme in ("Light", "Dark"):
        show_theme(page, theme)
        page.screenshot(path=shots / f"lab-cells-{theme.lower()}.png")
        (plain,) = error.locator("pre").evaluate_all(CONTRAST)
        coloured = dict(error.locator("span").evaluate_all(CONTRAST))
        assert plain[1] >= READABLE
        assert len(coloured) > 2, "rustc's colours are there"
        assert theme == "Dark" or min(coloured.values()) >= READABLE
    context.close()


def test_saving_an_edit_keeps_the_front_matter(lab: str, workspace: Path) -> None:
    """An edit through JupyterLab's own interface changes the cell and nothing else."""
    before = (workspace / PAGE).read_text(encoding="utf-8")
    model = ask(f"{lab}/api/contents/{PAGE}?type=notebook&content=1")
    cell = next(cell for cell in model["content"]["cells"] if "session_class(self.show_closed)" in cell["source"])
    cell["source"] = cell["source"].replace("session closed", "session is closed")
    ask(f"{lab}/api/contents/{PAGE}", {"type": "notebook", "format": "json", "content": model["content"]})
    after = (workspace / PAGE).read_text(encoding="utf-8")
    assert after == before.replace('print("session closed")', 'print("session is closed")')


def test_a_picture_in_a_notebook_of_somebody_else_says_why_it_is_not_drawn(
    lab: str, workspace: Path, browser: Browser
) -> None:
    """JupyterLab sanitises what a notebook brings along: it drops the drawing, and would keep a heap of words."""
    shown = gclab.graph([[]])._repr_mimebundle_()
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": shown["text/html"]}}
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": 1, "id": "one", "outputs": [output]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (workspace / "theirs.ipynb").write_text(json.dumps(notebook))
    page = browser.new_page()
    page.goto(f"{lab}/lab/tree/theirs.ipynb?token={TOKEN}")
    reason = page.get_by_text("it does not trust this notebook")
    reason.wait_for(timeout=300_000)
    assert reason.is_visible()
    assert page.locator(".jp-OutputArea-output svg").count() == 0
    page.close()
