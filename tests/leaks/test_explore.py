"""Exploring a module finds what keeps its argument, survives crashes, and says what it could not use."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

import pytest

import gclab
from gclab.leaks import explore as exploring
from gclab.leaks.explore import explore
from gclab.leaks.isolated import isolated
from gclab.leaks.recipes import Recipe, is_kept, recipes

if TYPE_CHECKING:
    from pathlib import Path

LEAKY = "rpds"  # a published package of Rust classes, installed here for other reasons


def test_a_published_module_is_audited() -> None:
    said: list[str] = []
    found = explore(LEAKY, said.append)
    assert found.tried > 50
    assert found.crashes == ()
    assert {finding.recipe.target for finding in found.findings} == set(found.kept)
    assert "rpds.List" in found.kept
    assert said[0] == "looking at rpds"


def test_a_recipe_is_source_that_can_be_quoted() -> None:
    found = list(recipes(__import__(LEAKY)))
    assert Recipe("rpds.List", "rpds.List([probe])") in found
    assert is_kept(Recipe("rpds.List", "rpds.List([probe])").factory())
    assert is_kept(Recipe("types.new", "keep([], lambda made: made.append(probe))").factory())


def test_what_keeps_nothing_is_no_recipe() -> None:
    assert not is_kept(lambda probe: [1])  # noqa: ARG005
    assert not is_kept(lambda probe: probe)
    assert not is_kept(lambda probe: 1 / 0)  # noqa: ARG005
    kept: list[object] = []

    def outside(probe: object) -> list[object]:
        kept.append(probe)
        return [probe]

    assert not is_kept(outside)


def test_a_crash_is_noted_and_the_rest_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = ["types.SimpleNamespace(a=probe)", "types.sys.abort(probe)", "[types.SimpleNamespace(a=probe)][0]"]
    made = [Recipe(f"types.{number}", text) for number, text in enumerate(sources)]
    made[1] = Recipe("types.1", "__import__('os').abort()")
    monkeypatch.setattr(exploring, "isolated", _with(made, isolated))
    found = explore("types", lambda _: None)
    assert [finding.recipe.target for finding in found.findings] == ["types.0", "types.2"]
    assert found.crashes == (("__import__('os').abort()", "ended by SIGABRT (abort)"),)
    assert found.unusable == ("types.1",)


def test_a_try_that_waits_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Recipe("types.0", "__import__('time').sleep(60)"), Recipe("types.1", "types.SimpleNamespace(a=probe)")]
    monkeypatch.setattr(exploring, "isolated", _with(made, isolated))
    monkeypatch.setattr(exploring, "_SECONDS", 1)
    found = explore("types", lambda _: None)
    assert found.crashes[0][1] == "ended by SIGALRM"
    assert found.kept == ("types.1",)


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(gclab.GclabError, match="Is it installed beside gclab"):
        explore(tmp_path.name, lambda _: None)


def _with(made: list[Recipe], real: object) -> object:
    """Put recipes in place of those of the module."""

    def answer(code: object, *args: object, **options: object) -> object:
        if code is exploring._listed:  # noqa: SLF001
            return types.SimpleNamespace(ok=True, value=made)
        return real(code, *args, **options)  # type: ignore[operator]

    return answer
