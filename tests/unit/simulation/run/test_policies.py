"""Phones and networks keep their real pace, whatever market time does."""

import msgspec
import pytest

from service.domain.policy import Policy
from service.simulation.run.policies import stretched, unhurried


@pytest.mark.parametrize("time_scale", [1.0, 10.0, 30.0, 60.0, 100.0])
def test_a_stretched_policy_is_a_policy(time_scale: float) -> None:
    policy = stretched(Policy(), time_scale=time_scale, tick_real_s=1.0)
    assert msgspec.convert(msgspec.to_builtins(policy), Policy) == policy


def test_at_the_pace_of_life_nothing_changes() -> None:
    assert stretched(Policy(), time_scale=1.0, tick_real_s=Policy().tick_s) == Policy()


def test_durations_of_phones_are_as_long_as_ever_in_real_time() -> None:
    policy = stretched(Policy(), time_scale=30.0, tick_real_s=1.0)
    assert policy.position_age_s_max / 30.0 == Policy().position_age_s_max
    assert policy.silent_offline_s / 30.0 == Policy().silent_offline_s
    assert policy.tick_s / 30.0 == 1.0


def test_an_answer_has_time_to_travel() -> None:
    policy = stretched(Policy(), time_scale=60.0, tick_real_s=1.0)
    assert policy.offer_ttl_s / 60.0 > 1.0
    assert policy.answer_grace_s / 60.0 == 1.0


def test_people_and_roads_stay_as_they_are() -> None:
    policy = stretched(Policy(), time_scale=60.0, tick_real_s=1.0)
    for field in ("search_s_max", "pickup_service_s", "detour_factor", "search_round_s"):
        assert getattr(policy, field) == getattr(Policy(), field)


@pytest.mark.parametrize(("time_scale", "answer_s"), [(1.0, 30.0), (20.0, 15.0), (45.0, 13.3)])
def test_a_person_has_time_to_read_an_offer(time_scale: float, answer_s: float) -> None:
    fast = stretched(Policy(), time_scale=time_scale, tick_real_s=1.0)
    policy = unhurried(fast, time_scale=time_scale)
    assert round(policy.offer_ttl_s / time_scale, 1) == answer_s
    assert msgspec.convert(msgspec.to_builtins(policy), Policy) == policy
    assert msgspec.structs.replace(policy, offer_ttl_s=fast.offer_ttl_s) == fast
