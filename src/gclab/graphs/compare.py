"""`gclab.compare`: two pictures with the same objects at the same places, and what changed between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gclab.errors import GraphError
from gclab.graphs.arrows import arrows_of
from gclab.graphs.draw import ObjectGraph
from gclab.graphs.identity import alive, proven
from gclab.graphs.model import plural, variable_names
from gclab.graphs.scene import Arrow, Box, Scene, to_dots
from gclab.graphs.strip import Frame, Strip

if TYPE_CHECKING:
    from gclab.graphs.model import Node

__all__ = ["Comparison", "compare"]

_GONE: Final = {True: "no longer reached, but alive", False: "freed", None: "no longer reached"}
_CAPTIONS: Final = (
    "Dotted: an object that is not in the picture yet.",
    "Dashed: an object of the first picture that is no longer in this one. Thick: a new one.",
)


@dataclass(frozen=True, repr=False)
class Comparison(Strip):
    """Two states of the same objects, side by side.

    Attributes:
        before: the first state.
        after: the second state.
        gone: the nodes of `before` that `after` does not have: freed, or no longer reached from its roots.
        new: the nodes of `after` that `before` does not have.
        kept: the nodes of `after` that `before` has, too.
        changed: of those, the nodes whose reference count is another one.

    """

    before: ObjectGraph = field(repr=False)
    after: ObjectGraph = field(repr=False)
    gone: tuple[Node, ...]
    new: tuple[Node, ...]
    kept: tuple[Node, ...]
    changed: tuple[Node, ...]


@dataclass(frozen=True)
class _Pair:
    """One object in both pictures, or None where it is not in one. Both have the id `id`."""

    id: str
    before: Node | None
    after: Node | None

    @property
    def any(self) -> Node:
        return self.after or self.before  # type: ignore[return-value]  # one of the two is there

    @property
    def changed(self) -> bool:
        if not self.before or not self.after or not self.before.count or not self.after.count:
            return False
        return self.before.count.total != self.after.count.total


def compare(before: ObjectGraph, after: ObjectGraph) -> Comparison:
    """Show what changed between two pictures by `gclab.graph`.

    The same object stands at the same place in both pictures. An object that is gone is drawn as a ghost in the second
    picture, and one that is new as not there yet in the first.

    An object that allows weak references is recognised without doubt, although the pictures keep none alive. Lists,
    dicts, tuples and most native objects allow none: they are taken for the same if address and class are the same. If
    such an object was freed and another one of its class took its address, the two are mistaken for one; a note says
    for which nodes this could be.

    Args:
        before: the first state.
        after: the second state, taken later in the same process.

    Raises:
        GraphError: an argument is no picture by `gclab.graph`.

    Example:
        >>> shelf = [set(), set()]
        >>> before = gclab.graph(shelf)
        >>> book = shelf.pop()
        >>> change = gclab.compare(before, gclab.graph(shelf))
        >>> print(change.title)
        1 object gone (1 of them alive), 1 reference less
        >>> [node.type_name for node in change.gone]
        ['set']

    """
    for given in (before, after):
        if not isinstance(given, ObjectGraph):
            raise GraphError(
                f"gclab.compare compares two pictures by gclab.graph, not {type(given).__name__}: "
                "take before = gclab.graph(...), let something happen, take after = gclab.graph(...) and compare them"
            )
    pairs = _pairs(before, after)
    arrows = _arrows(before, after, pairs)
    objects = [pair for pair in pairs if pair.any.kind != "more"]
    return Comparison(
        title=_sentence(before, after, objects, arrows),
        frames=_frames(pairs, arrows, objects),
        before=before,
        after=after,
        gone=tuple(pair.before for pair in objects if pair.before and not pair.after),
        new=tuple(pair.after for pair in objects if pair.after and not pair.before),
        kept=tuple(pair.after for pair in objects if pair.after and pair.before),
        changed=tuple(pair.after for pair in objects if pair.after and pair.changed),
    )


def _pairs(before: ObjectGraph, after: ObjectGraph) -> list[_Pair]:
    """Return each object once: those of the first picture in its order, then the new ones."""
    later = _keyed(after)
    both = [(node, later.pop(key, None)) for key, node in _keyed(before).items()]
    every = [*both, *((None, node) for node in later.values())]
    return [_Pair(f"n{place}", *nodes) for place, nodes in enumerate(every)]


def _keyed(graph: ObjectGraph) -> dict[tuple[object, ...], Node]:
    """Return the nodes by what they are recognised by; those of many objects by their class and their order."""
    keyed: dict[tuple[object, ...], Node] = {}
    seen: Counter[str] = Counter()
    for node in graph.nodes:
        what = node.kind if node.kind == "more" else node.type_name
        keyed[node.identity or (what, seen[what])] = node
        seen[what] += not node.identity
    return keyed


_Arrows = dict[tuple[str, str, str], tuple[int, int]]


def _arrows(before: ObjectGraph, after: ObjectGraph, pairs: list[_Pair]) -> _Arrows:
    """Return how often each reference is in the first and in the second picture, by its ends and its label."""
    first = {pair.before.id: pair.id for pair in pairs if pair.before}
    second = {pair.after.id: pair.id for pair in pairs if pair.after}
    counted = [
        Counter((names[arrow.source], names[arrow.target], arrow.label) for arrow in arrows_of(graph))
        for graph, names in ((before, first), (after, second))
    ]
    return {arrow: (counted[0][arrow], counted[1][arrow]) for arrow in {**counted[0], **counted[1]}}


def _sentence(before: ObjectGraph, after: ObjectGraph, objects: list[_Pair], arrows: _Arrows) -> str:
    """Say what changed, in one sentence."""
    gone = [pair for pair in objects if not pair.after]
    living = sum(alive(pair.any.identity) is True for pair in gone)
    first, second = len(before.edges), len(after.edges)
    moved = first == second and any(one != two for one, two in arrows.values())
    told = [
        (len(gone), "object", "gone" + (f" ({living} of them alive)" if living else "")),
        (sum(not pair.before for pair in objects), "object", "new"),
        (max(0, first - second), "reference", "less"),
        (max(0, second - first), "reference", "more"),
        (max(0, len(before.cycles) - len(after.cycles)), "cycle", "gone"),
        (max(0, len(after.cycles) - len(before.cycles)), "cycle", "new"),
        (sum(pair.changed for pair in objects), "object", "with another reference count"),
    ]
    parts = [f"{plural(number, noun)} {what}" for number, noun, what in told if number]
    parts += ["references lead elsewhere"] if moved else []
    return ", ".join(parts) or "nothing changed"


def _frames(pairs: list[_Pair], arrows: _Arrows, objects: list[_Pair]) -> tuple[Frame, ...]:
    unsure = [pair.id for pair in objects if pair.before and pair.after and not proven(pair.after.identity)]
    note = f"note: recognised by address and class only: {', '.join(unsure)}"
    scenes = [_scene(pairs, arrows, later=later) for later in (False, True)]
    shown = []
    for title, caption, scene, dot in zip(("Before", "After"), _CAPTIONS, scenes, to_dots(scenes), strict=True):
        lines = _lines(scene, {pair.id for pair in pairs})
        shown.append(Frame(title, caption, dot, tuple([*lines, note] if unsure and title == "After" else lines)))
    return tuple(shown)


def _scene(pairs: list[_Pair], arrows: _Arrows, *, later: bool) -> Scene:
    boxes = [_box(pair, later=later) for pair in pairs]
    drawn = [
        Arrow(*ends, look=_look(counts, place, later=later))
        for ends, counts in arrows.items()
        for place in range(max(counts))
    ]
    for pair in pairs:
        then, now = (variable_names(node.variables) if node else [] for node in (pair.before, pair.after))
        shown = now if later else then
        for number, name in enumerate(dict.fromkeys([*then, *now])):
            own, look = f"{pair.id}v{number}", "variable" if name in shown else "hidden"
            boxes.append(Box(own, "", "", ((name, "muted"),), look))
            drawn.append(Arrow(own, pair.id, look=look))
    return Scene(tuple(boxes), tuple(drawn))


def _look(counts: tuple[int, int], place: int, *, later: bool) -> str:
    first, second = (place < count for count in counts)
    if later:
        return "plain" if first and second else "new" if second else "ghost"
    return "plain" if first else "hidden"


def _box(pair: _Pair, *, later: bool) -> Box:
    node = pair.after if later else pair.before
    if node is None:
        words = _GONE[alive(pair.any.identity)] if later else "not there yet"
        return Box.of(pair.id, pair.any, ((words, "muted"),), "ghost" if later else "absent")
    lines = [(node.count.words(unexplained=False), "muted")] if node.count else []
    if node.unexplained:
        lines.append((f"! {plural(node.unexplained, 'reference')} unexplained", "warning"))
    if later and pair.changed and pair.before and pair.before.count:
        lines.append((f"was: {plural(pair.before.count.total, 'reference')}", "warning"))
    if later and not pair.before:
        lines.append(("new", "alive-line"))
    if node.in_cycle:
        lines.append(("in a cycle", "cycle"))
    usual = {"native": "native", "more": "absent"}.get(node.kind, "python")
    return Box.of(pair.id, node, tuple(lines), "new" if later and not pair.before else usual)


def _lines(scene: Scene, objects: set[str]) -> list[str]:
    """Return one picture in words."""
    names = {box.id: _name(box) if box.id in objects else box.lines[0][0] for box in scene.boxes}
    lines = []
    for box in scene.boxes:
        words = ", ".join(text for text, _ in box.lines)
        if box.id in objects:
            lines.append(f"{names[box.id]}: {words}" if words else names[box.id])
    marks = {"ghost": " (gone)", "new": " (new)"}
    for arrow in scene.arrows:
        label = f"--{arrow.label}-->" if arrow.label else "-->"
        if arrow.look != "hidden":
            lines.append(f"{names[arrow.source]} {label} {names[arrow.target]}{marks.get(arrow.look, '')}")
    return lines


def _name(box: Box) -> str:
    return f"{box.id} {box.name} {box.text}".rstrip()
