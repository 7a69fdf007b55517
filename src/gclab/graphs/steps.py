"""`gclab.collector_steps`: what a full collection would do with the objects of a picture, pass by pass."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gclab.errors import GraphError
from gclab.graphs import calls, collection, counts, frames
from gclab.graphs.draw import picture_of
from gclab.graphs.failures import notes_on, sentences
from gclab.graphs.fates import UNREPORTED, fates
from gclab.graphs.limits import limits_of
from gclab.graphs.model import variable_names
from gclab.graphs.passes import frames_of
from gclab.graphs.rest import collector_at_rest
from gclab.graphs.strip import Strip
from gclab.graphs.variables import deletions
from gclab.graphs.walk import walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from gclab.graphs.fates import Fate
    from gclab.graphs.model import Graph

__all__ = ["CollectorSteps", "collector_steps"]


@dataclass(frozen=True, repr=False)
class CollectorSteps(Strip):
    """The passes of a full collection, as one picture each: count, subtract, rescue, clear.

    Attributes:
        graph: the objects and references of the picture.
        counts: the number that the collector begins with, by node id; objects that it examines only.
        rests: the number that is left after the subtraction, by node id.
        rescued_by: what keeps each examined object alive that stays: another node's id, or a few words.
        collected: node ids of the objects that do not exist after the collection, also those that go before it,
            with the deletion of the variables.
        kept: node ids of the objects that do.
        unsure: node ids of collected objects that lie in or behind a cycle of native objects alone. They are freed if
            the ``tp_clear`` of one of the classes drops the reference to the next one, which cannot be seen before.
        finalisers: node ids of collected objects whose class has ``__del__``. It may bring objects back: then those
            stay, and all that they refer to.

    """

    graph: Graph
    counts: dict[str, int] = field(hash=False)
    rests: dict[str, int] = field(hash=False)
    rescued_by: dict[str, str] = field(hash=False)
    collected: tuple[str, ...]
    kept: tuple[str, ...]
    finalisers: tuple[str, ...]
    unsure: tuple[str, ...]


def collector_steps(
    *roots: object,
    deleted: Collection[str] | str = (),
    max_nodes: int = 25,
    max_depth: int | None = None,
    include: Collection[str | type] | str | type = (),
    exclude: Collection[str | type] | str | type = (),
) -> CollectorSteps:
    """Show what a full collection by Python's garbage collector would do with `roots` and what they refer to.

    Nothing is collected. The numbers are those that CPython's collector holds in a full collection (``gc.collect()``)
    of all generations: it starts with the reference count of each tracked object, subtracts the references that all
    tracked objects report, also those outside the picture, rescues what a rest reaches, and frees what is left. Objects
    hidden by ``gc.freeze`` and immortal ones are not examined, as in a collection.

    What cannot be foreseen: a finaliser (``__del__``, a generator's ``finally``) or the callback of a weak reference
    may make new references; see `CollectorSteps.finalisers`. An object that a native object owns without reporting
    it is shown as alive, also where its owner is freed and takes it along. Objects whose classes have a ``tp_clear``
    are taken to drop all that they report; where only native classes could break a cycle, `CollectorSteps.unsure`
    names the objects. Threads that run at the same time may change what is counted.

    Call it directly and name the roots: a call in progress (``show(editor, gclab.collector_steps(editor))``,
    ``gclab.collector_steps(*editors)`` before CPython 3.12) holds its arguments, so they are alive.

    A call takes about 0.4 seconds for each 100,000 tracked objects (``len(gc.get_objects())``) and keeps nothing
    alive. Showing the result draws all frames in one layout, in which each box keeps its size and place: that takes
    well below a second for 25 boxes, and grows fast, to a minute for 60 boxes that refer to one another.

    Args:
        roots: the objects to begin with.
        deleted: names of the caller's variables that are treated as if they were deleted already.
        max_nodes: how many objects are drawn at most; the numbers always come from all objects.
        max_depth: how many references away from a root an object may be.
        include: what is left out of the picture otherwise, as in `gclab.graph`.
        exclude: what is left out of the picture, as in `gclab.graph`; the numbers still come from all objects.

    Raises:
        GraphError: no roots, a limit below its least value, something in `include` or `exclude` that is neither a
            class nor a name, something in `deleted` that is no name of a variable of the caller, or a free-threaded
            Python, where reference counts do not tell who owns an object.

    Example:
        >>> parent = []
        >>> parent.append([parent])
        >>> steps = gclab.collector_steps(parent, deleted="parent")
        >>> print(steps.title)
        A full collection: 2 objects freed by the collection, 0 objects kept
        >>> steps.counts, steps.rests
        ({'n0': 1, 'n1': 1}, {'n0': 0, 'n1': 0})

    """
    if counts.COUNTS_MEAN_NOTHING:
        raise GraphError(
            "gclab.collector_steps needs reference counts that tell who owns an object; on free-threaded Python they "
            "do not. Run it on the usual build of CPython."
        )
    limits = limits_of(len(roots), max_nodes, max_depth, include, exclude)
    here = sys._getframe()  # noqa: SLF001 - the variables of the caller are references, too
    caller = here.f_back
    if caller is None:
        raise GraphError("gclab.collector_steps needs a Python caller, whose variables it names; call it from Python")
    copies = 2 if calls.called_plainly(caller, here.f_code) and sys.version_info < (3, 11) else 1
    del here  # a frame that holds itself would be a cycle
    with collector_at_rest():
        ended = deletions(caller, deleted)
        held = frames.named(caller)
        found = walk(roots, limits, id(caller.f_globals))
        run = collection.Collection.of(found.objects, roots, copies, ended)
        gone = {one.target: [other.name for other in ended if other.target == one.target] for one in ended}
        outcome = fates(found, run, held, gone)
        variables = [_variables(held.get(id(item)), gone.get(id(item), [])) for item in found.objects]
        picture = picture_of(found, [None] * len(found.objects), len({id(root) for root in roots}))
        unexplained = any(fate.by == UNREPORTED for fate in outcome)
        failures = sentences(notes_on(found.objects, unexplained=unexplained))
    return _result(picture, outcome, variables, failures)


def _variables(names: frames.Names | None, gone: list[str]) -> list[tuple[str, bool]]:
    """Return the words for the variables that hold an object, each with whether it counts as deleted."""
    left = [name for name in (*names.direct, *names.indirect) if name not in gone] if names else []
    return [
        *((f"{name} (deleted)", True) for name in dict.fromkeys(gone)),
        *((words, False) for words in variable_names(left)),
    ]


def _result(
    picture: Graph, outcome: list[Fate], variables: list[list[tuple[str, bool]]], failures: str
) -> CollectorSteps:
    by_id = {f"n{place}": fate for place, fate in enumerate(outcome)}
    gone = tuple(name for name, fate in by_id.items() if fate.state in ("freed", "at once"))
    tracked = {name: fate for name, fate in by_id.items() if fate.rest is not None}
    title, shown = frames_of(picture, by_id, variables, failures)
    return CollectorSteps(
        title=title,
        frames=shown,
        graph=picture,
        counts={name: fate.count for name, fate in tracked.items()},
        rests={name: fate.rest for name, fate in tracked.items() if fate.rest is not None},
        rescued_by={name: fate.by for name, fate in by_id.items() if fate.by},
        collected=gone,
        kept=tuple(name for name in by_id if name not in gone),
        finalisers=tuple(name for name in gone if by_id[name].finaliser),
        unsure=tuple(name for name in gone if by_id[name].unsure),
    )
