"""How the load tests judge what is held, who stays, and how a hostile connection may end."""

from random import Random

import pytest

from loadtests.live.hostile.attack import allowed
from loadtests.live.hostile.kinds import KINDS, MALFORMED, OURS, TOO_BIG, UNTOLD, hostilities
from loadtests.live.queues import Queue
from loadtests.live.soak import COUNTS, MEMORIES, Look, growth_share, targets
from loadtests.live.watched import COST_BYTES, Watched

BY_NAME = {kind.name: kind for kind in KINDS}


LOOKS_COUNT = 360  # half an hour, one every five seconds


def is_flat(name, values):
    """Whether soak takes these levels of something that it watches for flat."""
    rest = dict.fromkeys(Look.__struct_fields__, 1)
    judged = targets([Look(**rest | {name: value}) for value in values])
    (target,) = [target for target in judged if target.name.startswith(name)]
    assert all(other.is_met for other in judged if other is not target)
    return target.is_met


def trembling(level, *, by, growth=0.0):
    """Return the looks at a level that trembles, and grows by so much over the half hour."""
    rng = Random(7)
    return [level + growth * row / LOOKS_COUNT + rng.uniform(-by, by) for row in range(LOOKS_COUNT)]


@pytest.mark.parametrize("name", MEMORIES)
def test_a_leak_of_memory_is_found_behind_what_comes_and_goes(name):
    assert is_flat(name, trembling(150.0, by=10.0))
    assert not is_flat(name, trembling(150.0, by=10.0, growth=18.0))  # 50 KiB a look


@pytest.mark.parametrize("name", COUNTS)
def test_a_leak_of_one_a_minute_is_found_and_one_more_or_less_is_none(name):
    assert is_flat(name, [20 + row % 3 for row in range(LOOKS_COUNT)])
    assert not is_flat(name, [20 + row // 12 + row % 3 for row in range(LOOKS_COUNT)])


def test_what_is_filled_at_first_and_then_stays_is_flat():
    filling = [min(150.0, 80.0 + row) for row in range(LOOKS_COUNT)]
    assert is_flat("api_mib", filling)


def test_what_is_collected_now_and_then_is_flat():
    assert is_flat("dispatch_mib", [250.0 + row % 30 / 2.0 for row in range(LOOKS_COUNT)])


def test_a_step_up_in_the_second_half_is_growth():
    stepping = [150.0 if row < 300 else 170.0 for row in range(LOOKS_COUNT)]
    assert not is_flat("api_mib", stepping)


def test_growth_is_judged_by_the_second_half_alone():
    growing = [100.0] * 100 + [100.0 + row for row in range(100)]
    assert growth_share(growing, level_min=1.0) == pytest.approx(99 / 149.5)
    assert growth_share(growing, level_min=1_000.0) == pytest.approx(99 / 1_000)


def test_what_was_looked_at_once_does_not_grow():
    assert growth_share([5.0], level_min=1.0) == 0.0


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
