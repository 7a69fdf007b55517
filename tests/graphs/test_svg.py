"""What a picture looks like: DOT as a golden text, SVG by its structure, colours by their contrast."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import gclab

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.graphs.conftest import Golden

SVG = "{http://www.w3.org/2000/svg}"


class Session:
    """Stands for a Rust object that reports what it owns."""

    def __init__(self, on_close: object = None) -> None:
        self.on_close = on_close


class Editor:
    def __init__(self, *, fixed: bool) -> None:
        self.session = Session(self.refresh if fixed else None)

    def refresh(self) -> None:
        pass


def html_of(picture: gclab.ObjectGraph) -> ET.Element:
    return ET.fromstring(picture._repr_mimebundle_()["text/html"])  # noqa: S314


def test_the_leak_has_a_badge(owned: Callable[[object], object], golden: Golden) -> None:
    """The object's method is owned by nobody who can be seen: no arrow leads back, and the box says so."""
    editor = Editor(fixed=False)
    owned(editor.refresh)
    picture = gclab.graph(editor)
    assert golden("leak.dot", picture.to_dot())


def test_the_fixed_class_is_a_cycle_without_a_badge(golden: Golden) -> None:
    editor = Editor(fixed=True)
    picture = gclab.graph(editor)
    assert picture.cycles == (("n0", "n1", "n2"),)
    assert golden("fixed.dot", picture.to_dot())


def test_a_list_cycle(golden: Golden) -> None:
    items: list[object] = [[], {"key": []}]
    items.append(items)
    picture = gclab.graph(items, max_nodes=3)
    assert golden("list_cycle.dot", picture.to_dot())


def test_all_three_forms_are_displayed() -> None:
    bundle = gclab.graph([])._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/vnd.graphviz", "text/plain"}


def test_the_picture_has_a_name_and_a_description() -> None:
    items: list[object] = []
    items.append(items)
    root = html_of(gclab.graph(items))
    svg = root.find(f".//{SVG}svg")
    assert svg is not None
    assert svg.get("role") == "img"
    texts = {element.get("id"): element.text or "" for element in svg}
    title, description = (texts[svg.get(name, "")] for name in ("aria-labelledby", "aria-describedby"))
    assert title == "1 object and 1 reference between them, 1 cycle"
    assert "(in a cycle)" in description
    assert len(svg.findall(f".//{SVG}title")) == 1


def test_each_fact_is_in_a_list_that_the_keyboard_opens() -> None:
    items: list[object] = [[], {"key": []}]
    picture = gclab.graph(items)
    details = html_of(picture).find(".//details")
    assert details is not None
    assert details[0].tag == "summary"  # browsers open it with Enter
    assert [entry.text for entry in details.iter("li")] == str(picture).splitlines()


def test_a_keyboard_can_scroll_the_picture() -> None:
    region = html_of(gclab.graph([])).find(".//*[@role='region']")
    assert region is not None
    assert region.get("tabindex") == "0"
    assert region.get("aria-label")


def test_ids_differ_on_one_page() -> None:
    """The same picture twice on a page must not repeat an id."""
    picture = gclab.graph([[]])
    pages = [html_of(picture) for _ in range(3)]
    ids = [element.get("id") for page in pages for element in page.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)) > 6


def test_colours_are_classes() -> None:
    items: list[object] = []
    items.append(items)
    svg = html_of(gclab.graph(items)).find(f".//{SVG}svg")
    assert svg is not None
    painted = {e.get(name) for e in svg.iter() for name in ("fill", "stroke") if e.get(name)}
    assert painted <= {"none", "transparent"}
    assert any("stroke-cycle" in e.get("class", "") for e in svg.iter())


def test_text_from_objects_is_escaped() -> None:
    odd: Any = type('<b>"&\\N', (), {})()
    odd.__dict__["<i>&\\n"] = []
    picture = gclab.graph(odd)
    page = picture._repr_mimebundle_()["text/html"]
    assert "<b>" not in page
    assert "<i>" not in page
    svg = html_of(picture).find(f".//{SVG}svg")
    assert svg is not None
    assert '<b>"&\\N' in "".join(svg.itertext())
    assert "<i>&\\n" in "".join(svg.itertext())


def test_a_saved_svg_stands_alone(tmp_path: Path) -> None:
    picture = gclab.graph([])
    path = picture.save(tmp_path / "x.svg")
    root = ET.parse(path).getroot()  # noqa: S314
    assert root.tag == f"{SVG}svg"
    assert "prefers-color-scheme" in "".join(root.itertext())
    assert picture.save(tmp_path / "y.svg").read_bytes() == path.read_bytes()


def test_a_saved_dot_is_the_source(tmp_path: Path) -> None:
    picture = gclab.graph([])
    assert picture.save(str(tmp_path / "x.dot")).read_text(encoding="utf-8") == picture.to_dot()


def test_another_suffix_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(gclab.GraphError, match=r"\.svg, \.png or \.dot"):
        gclab.graph([]).save(tmp_path / "x.pdf")


def test_a_saved_png_has_two_dots_for_each_pixel(tmp_path: Path) -> None:
    content = gclab.graph([]).save(tmp_path / "x.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(content[place : place + 4], "big") for place in (16, 20))
    svg = ET.parse(gclab.graph([]).save(tmp_path / "x.svg")).getroot()  # noqa: S314
    points = [float(svg.get(name, "").removesuffix("pt")) for name in ("width", "height")]
    assert [round(length / 192 * 72) for length in (width, height)] == pytest.approx(points, abs=2)


def test_a_folder_that_is_not_there_is_an_error_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(gclab.GraphError, match=r"'x\.svg': No such file"):
        gclab.graph([]).save(tmp_path / "missing" / "x.svg")


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_names: None)
    monkeypatch.delenv("GCLAB_DOT", raising=False)
    with pytest.raises(gclab.GraphError, match="pip install graphviz-pure"):
        gclab.graph([])._repr_mimebundle_()


def test_another_program_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GCLAB_DOT", str(tmp_path / "missing"))
    with pytest.raises(gclab.GraphError, match="GCLAB_DOT"):
        gclab.graph([])._repr_mimebundle_()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_program_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat > /dev/null\necho broken font >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("GCLAB_DOT", str(program))
    with pytest.raises(gclab.GraphError, match="broken font"):
        gclab.graph([])._repr_mimebundle_()


def test_without_a_program_the_text_remains(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GCLAB_DOT", str(tmp_path / "missing"))
    picture = gclab.graph([])
    assert str(picture) == "n0 list 0 items (0 references)"


def test_drawing_does_not_load_ipython() -> None:
    code = "import sys, gclab.graphs.draw; sys.exit('IPython' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


SHELL = """
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
cells = "import gclab", "class Editor: pass", "editor = Editor()", "editor", "picture = gclab.graph(editor)"
for cell in cells:
    assert shell.run_cell(cell, store_history=True).success
print(shell.user_ns["picture"])
"""


def test_a_notebook_shows_variables_and_hides_its_caches(tmp_path: Path) -> None:
    """IPython keeps results in ``_``, ``__``, ``_2`` and ``Out``: known references, but no names for a picture."""
    pytest.importorskip("IPython")
    environment = os.environ | {"IPYTHONDIR": str(tmp_path), "NO_COLOR": "1"}
    command = [sys.executable, "-W", "ignore", "-c", SHELL]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    last = done.stdout.splitlines()[-1]
    assert last.endswith("elsewhere; held by editor)")
    assert "unexplained" not in last
    assert "uncertain" not in last


def test_a_picture_has_rules_only_for_the_colours_in_it() -> None:
    """So a page with many pictures stays small, and a new role in the palette changes no picture without it."""
    page = gclab.graph([])._repr_mimebundle_()["text/html"]
    used = set(re.findall(r"(?:fill|stroke)-([a-z-]+)", re.sub(r"<style>.*?</style>", "", page)))
    assert set(re.findall(r"--gclab-([a-z-]+):", page)) == used
    assert "cycle" not in used
