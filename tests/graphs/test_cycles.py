"""Groups of objects that can all reach each other, and a shortest cycle for each, against a plain search."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gclab.graphs.cycles import find_cycles

SIZE = 6
arrows_of_small_graphs = st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)))


def reaches(arrows: set[tuple[int, int]]) -> list[set[int]]:
    """Return what each node can reach over at least one arrow, by repeating single steps."""
    found = [{b for a, b in arrows if a == node} for node in range(SIZE)]
    for _ in range(SIZE):
        found = [{c for b in ahead for c in found[b]} | ahead for ahead in found]
    return found


@given(arrows_of_small_graphs)
def test_groups_are_what_can_reach_each_other(arrows: set[tuple[int, int]]) -> None:
    group, _ = find_cycles(SIZE, arrows)
    reach = reaches(arrows)
    for one in range(SIZE):
        assert (group[one] >= 0) == (one in reach[one])
        for other in range(SIZE):
            together = group[one] >= 0 and group[one] == group[other]
            assert together == (one in reach[other] and other in reach[one])


@given(arrows_of_small_graphs)
def test_each_group_has_a_shortest_cycle(arrows: set[tuple[int, int]]) -> None:
    group, rings = find_cycles(SIZE, arrows)
    assert len(rings) == max(group) + 1
    for number, ring in enumerate(rings):
        members = [node for node in range(SIZE) if group[node] == number]
        assert ring[0] == min(ring)
        assert set(ring) <= set(members)
        assert is_ring(ring, arrows)
        shorter = (other for length in range(1, len(ring)) for other in permutations(members, length))
        assert not any(is_ring(other, arrows) for other in shorter)


def is_ring(nodes: list[int] | tuple[int, ...], arrows: set[tuple[int, int]]) -> bool:
    return all((one, other) in arrows for one, other in zip(nodes, [*nodes[1:], nodes[0]], strict=True))


def test_large_graphs_take_a_bounded_search() -> None:
    """A search from every node of a ring of 20,000 would follow 400,000,000 arrows."""
    size = 20_000
    ring = {(node, (node + 1) % size) for node in range(size)}
    assert find_cycles(size, ring) == ([0] * size, [list(range(size))])
    both = ring | {(b, a) for a, b in ring}
    assert find_cycles(size, both)[1] == [[0, 1]]
