"""How the load tests judge what is held, who stays, and how a hostile connection may end."""

import pytest

from loadtests.live.hostile.attack import allowed
from loadtests.live.hostile.kinds import KINDS, MALFORMED, OURS, TOO_BIG, UNTOLD, hostilities
from loadtests.live.queues import Queue
from loadtests.live.slow_readers import COST_BYTES, Watched
from loadtests.live.soak import growth_share

BY_NAME = {kind.name: kind for kind in KINDS}


def test_a_level_that_only_trembles_does_not_grow():
    assert abs(growth_share([100.0, 101.0] * 50)) < 0.01


def test_growth_is_judged_by_the_second_half_alone():
    assert growth_share([*range(100), *[100.0] * 100]) == pytest.approx(0.0)
    assert growth_share([100.0] * 100 + [100.0 + row for row in range(100)]) == pytest.approx(
        99 / 149.5
    )


def test_what_was_looked_at_once_does_not_grow():
    assert growth_share([5.0]) == 0.0


def test_a_connection_costs_something_from_when_much_waits_for_it():
    watched = Watched(kind="stalled", came_at_s=0.0)
    watched.look(Queue(COST_BYTES - 1, 0), now_s=1.0)
    watched.look(Queue(COST_BYTES, 0), now_s=2.0)
    watched.look(Queue(COST_BYTES + 7, 0), now_s=3.0)
    assert watched.gone_after_s is None
    watched.look(None, now_s=5.5)
    watched.look(None, now_s=9.0)
    assert watched.gone_after_s == 3.5
    assert watched.queued_bytes_max == COST_BYTES + 7


def test_a_connection_that_never_cost_much_may_stay_for_nothing():
    watched = Watched(kind="stalled", came_at_s=0.0)
    watched.look(Queue(1, 0), now_s=1.0)
    watched.look(None, now_s=60.0)
    assert watched.gone_after_s == 0.0


def test_after_frames_a_connection_may_end_as_each_of_them_allows():
    assert OURS not in allowed([BY_NAME["message"]])
    assert UNTOLD not in allowed([BY_NAME["message"]])
    assert allowed([BY_NAME["message"], BY_NAME["oversize"]]) >= {MALFORMED, TOO_BIG, UNTOLD}


def test_a_seed_always_makes_the_same_hostilities():
    first = [(kind.name, made) for kind, made in hostilities(3, 200)]
    again = [(kind.name, made) for kind, made in hostilities(3, 200)]
    assert first == again
    assert [made for _, made in hostilities(4, 200)] != [made for _, made in first]


def test_the_ids_of_others_are_used_as_ones_own():
    foreign = "0199a1b2-0000-7000-8000-00000000abcd"
    made = b"".join(each for _, each in hostilities(3, 400, ids=[foreign]))
    assert foreign.encode() in made
