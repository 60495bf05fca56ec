"""Slow plain-Python twins of packing and pools: every choice is tried."""

import itertools

from tests.unit.matching import twins


def best_packing(groups, saving) -> float:
    """Return the most that any choice of groups without a shared item saves."""
    best = 0.0
    for size in range(1, len(groups) + 1):
        for rows in itertools.combinations(range(len(groups)), size):
            items = [item for row in rows for item in groups[row]]
            if len(items) == len(set(items)):
                best = max(best, sum(saving[row] for row in rows))
    return best


def greedy(groups, saving, *, is_per_item: bool) -> float:
    """Return what is saved by taking what is best and still fits."""

    def key(row):
        return -saving[row] / (len(groups[row]) if is_per_item else 1)

    taken, total = set(), 0.0
    for row in sorted(range(len(groups)), key=key):
        if taken.isdisjoint(groups[row]):
            taken.update(groups[row])
            total += saving[row]
    return total


def near_pairs(snapshot, eligible, *, pickup_m_max) -> list[tuple[int, int]]:
    """Return all pairs of jobs whose pickups are near."""
    return [
        (a, b)
        for a, b in itertools.combinations(sorted(eligible), 2)
        if twins.distance_m(snapshot.pickup_deg[a], snapshot.pickup_deg[b]) <= pickup_m_max
    ]


def best_split(saving_of, group) -> float:
    """Return the most that parts of a group save, where what has no saving saves nothing."""
    best = 0.0
    for size in range(2, len(group)):
        for part in itertools.combinations(group, size):
            rest = tuple(sorted(set(group) - set(part)))
            best = max(best, saving_of.get(part, 0.0) + saving_of.get(rest, 0.0))
    return best
