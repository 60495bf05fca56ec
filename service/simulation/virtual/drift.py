"""A courier who is sent to wait somewhere goes from store to store, so as to be free again soon."""

import numpy as np

from service.simulation.virtual.day import Day, ways_s

HOP_S_MIN = 60.0
ROUND_SHARE_MAX = 0.02  # by which the way over a store may be longer than straight there


def next_store(day: Day, courier: int, from_place: int, to_place: int) -> int:
    """Return the nearest store on the way to a store: that one itself if there is none before."""
    stores = np.array(day.stores, np.int64)
    hop_s, rest_s = (ways_s(day, courier, place, stores) for place in (from_place, to_place))
    whole_s = ways_s(day, courier, from_place, np.array([to_place]))[0]
    is_on_way = hop_s + rest_s <= whole_s * (1.0 + ROUND_SHARE_MAX)
    rows = np.flatnonzero(is_on_way & (hop_s >= HOP_S_MIN))
    if len(rows) == 0:
        return to_place
    return int(stores[rows[np.lexsort((rest_s[rows], hop_s[rows]))[0]]])
