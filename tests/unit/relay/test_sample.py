"""The record keeps a position every ten seconds of market time, and no more."""

import itertools
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.live.records import LiveFix
from service.relay.instants import instant_of, ms_of
from service.relay.sample import SAMPLE_EVERY_MS, thin
from tests.unit.domain.makers import NOW


def fix(number, received_at_ms):
    return LiveFix(
        courier_id=UUID(int=number),
        lat_deg=48.2,
        lng_deg=16.3,
        accuracy_m=5.0,
        received_at_ms=received_at_ms,
    )


def test_a_courier_without_a_sample_is_sampled_at_once():
    assert thin([fix(1, 5)], {UUID(int=2): 0}) == [fix(1, 5)]


@given(st.lists(st.integers(0, 2_000), max_size=50))
def test_samples_of_one_courier_are_far_enough_apart(steps_ms):
    sampled, at_ms, kept = {}, 0, []
    for step_ms in steps_ms:
        at_ms += step_ms
        for one in thin([fix(1, at_ms)], sampled):
            sampled[one.courier_id] = one.received_at_ms
            kept.append(one.received_at_ms)
    gaps = [after - before for before, after in itertools.pairwise(kept)]
    assert all(gap >= SAMPLE_EVERY_MS for gap in gaps)
    assert not steps_ms or at_ms - kept[-1] < SAMPLE_EVERY_MS


def test_milliseconds_and_instants_are_the_same_moment():
    assert instant_of(ms_of(NOW)) == NOW
