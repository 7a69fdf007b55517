"""The four pictures of a collection, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gclab.graphs.arrows import arrows_of
from gclab.graphs.model import plural
from gclab.graphs.scene import Arrow, Box, Scene, to_dots
from gclab.graphs.strip import Frame

if TYPE_CHECKING:
    from gclab.graphs.fates import Fate
    from gclab.graphs.model import Graph, Node

__all__ = ["frames_of"]

Words = tuple[tuple[str, str], ...]

_SUBTRACT: Final = "2 Subtract"
_PASSES: Final = {
    "1 Count": "The collector takes the reference count of each object that it tracks.",
    _SUBTRACT: """For each reference that a tracked object reports, it subtracts one from the object that the
        reference leads to. What is left are references that no tracked object reports: variables of running functions,
        and what native code owns.""",
    "3 Rescue": """An object with a rest is alive (thick, rounded border), and so is all that it refers to. The others
        are unreachable (crossed corners).""",
    "4 Clear": """Of the unreachable objects, weak references are cleared and finalisers run. Then the objects are made
        to drop their references, and they are freed (dashed border).""",
}
_AT_ONCE: Final = (("count 0: freed at once", "muted"), ("by the deletion", "muted"))
_UNEXAMINED: Final = (("not examined: not tracked", "muted"),)


def frames_of(
    picture: Graph, by_id: dict[str, Fate], variables: list[list[tuple[str, bool]]], failures: str
) -> tuple[str, tuple[Frame, ...]]:
    """Return a sentence and the four pictures.

    Args:
        picture: the objects and references.
        by_id: the fate of each object.
        variables: for each object, the words for each variable that holds it, and whether it counts as deleted.
        failures: what is to be said of objects whose traverse fails; empty if there are none.

    """
    titles = {node.id: f"{node.id} {node.title()}" for node in picture.nodes}
    scenes, texts = [], []
    for number in range(len(_PASSES)):
        boxes = [_box(node, by_id.get(node.id), number, titles) for node in picture.nodes]
        texts.append([_line(titles[box.id], box) for box in boxes])
        scenes.append(_scene(picture, boxes, by_id, variables, last=number == len(_PASSES) - 1))
    texts[0] += _references(picture, titles, variables)
    dots = to_dots(scenes)
    captions = _PASSES | {_SUBTRACT: f"{_PASSES[_SUBTRACT]} {failures}"}
    shown = [
        Frame(title, " ".join(caption.split()), dot, tuple(lines))
        for (title, caption), dot, lines in zip(captions.items(), dots, texts, strict=True)
    ]
    return _sentence(by_id), tuple(shown)


def _sentence(by_id: dict[str, Fate]) -> str:
    states = [fate.state for fate in by_id.values()]
    told = {"freed": "freed by the collection", "at once": "freed before it"}
    parts = [f"{plural(states.count(state), 'object')} {words}" for state, words in told.items() if state in states]
    parts.append(f"{plural(sum(state not in told for state in states), 'object')} kept")
    stuck = f", of them {states.count('stuck')} unreachable" if "stuck" in states else ""
    return f"A full collection: {', '.join(parts)}{stuck}"


def _box(node: Node, fate: Fate | None, number: int, titles: dict[str, str]) -> Box:
    usual = "native" if node.kind == "native" else "python"
    if fate is None:
        return Box.of(node.id, node, (), "absent")
    if fate.state == "at once":
        return Box.of(node.id, node, _AT_ONCE, "ghost")
    look, words = [_counted, _subtracted, _rescued, _cleared][number](fate, titles)
    return Box.of(node.id, node, words, look or usual)


def _counted(fate: Fate, _titles: dict[str, str]) -> tuple[str, Words]:
    return "", _UNEXAMINED if fate.rest is None else ((f"count {fate.count}", "text"),)


def _subtracted(fate: Fate, _titles: dict[str, str]) -> tuple[str, Words]:
    if fate.rest is None:
        return "", _UNEXAMINED
    return "", ((f"{fate.rest} left", "text"), (f"{fate.count} - {fate.count - fate.rest} reported", "muted"))


def _rescued(fate: Fate, titles: dict[str, str]) -> tuple[str, Words]:
    if fate.rest is None:
        return "", _UNEXAMINED
    left = (f"{fate.rest} left", "text")
    if fate.state != "alive":
        return "doomed", (left, ("unreachable", "doomed-line"))
    how = "reached from" if fate.by in titles else "held by"
    return "alive", (left, ("alive", "alive-line"), (f"{how} {titles.get(fate.by, fate.by)}", "muted"))


def _cleared(fate: Fate, _titles: dict[str, str]) -> tuple[str, Words]:
    words: list[tuple[str, str]] = []
    if fate.state == "stuck":
        return "doomed", (("unreachable, not freed", "doomed-line"), ("nothing breaks its cycle", "doomed-line"))
    if fate.state != "freed":
        return ("alive", (("alive", "alive-line"),)) if fate.rest is not None else ("", (("kept", "muted"),))
    if fate.weak:
        words.append((f"{plural(fate.weak, 'weak reference')} cleared", "muted"))
    if fate.callbacks:
        words.append((f"{plural(fate.callbacks, 'callback')} called", "muted"))
    if fate.finaliser:
        words.append(("finaliser runs: may bring it back", "muted"))
    words.append(("freed" if fate.rest is not None else "freed with its owner", "muted"))
    if fate.unsure:
        words.append(("if a native class lets go", "muted"))
    return "ghost", tuple(words)


def _scene(
    picture: Graph, boxes: list[Box], by_id: dict[str, Fate], variables: list[list[tuple[str, bool]]], *, last: bool
) -> Scene:
    gone = {name for name, fate in by_id.items() if fate.state == "at once" or (last and fate.state == "freed")}
    arrows = [
        Arrow(arrow.source, arrow.target, arrow.label, "ghost" if arrow.source in gone else "plain")
        for arrow in arrows_of(picture)
    ]
    names = []
    for place, held in enumerate(variables):
        for number, (name, deleted) in enumerate(held):
            own = f"n{place}v{number}"
            names.append(Box(own, "", "", ((name, "muted"),), "variable"))
            arrows.append(Arrow(own, f"n{place}", look="hidden" if deleted else "variable"))
    return Scene((*boxes, *names), tuple(arrows))


def _line(title: str, box: Box) -> str:
    words = ", ".join(text for text, _ in box.lines)
    return f"{title}: {words}" if words else title


def _references(picture: Graph, titles: dict[str, str], variables: list[list[tuple[str, bool]]]) -> list[str]:
    held = [f"{name} --> {titles[f'n{place}']}" for place, names in enumerate(variables) for name, _ in names]
    return held + [
        f"{titles[arrow.source]} {f'--{arrow.label}-->' if arrow.label else '-->'} {titles[arrow.target]}"
        for arrow in arrows_of(picture)
    ]
