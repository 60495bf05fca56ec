"""Lazy commitment decides by the moment at which the courier must leave."""

import numpy as np
import pytest

from matching.commit import held
from matching.params import Params

POLICY = Params(tick_s=10.0, offer_s=30.0)


@pytest.mark.parametrize(
    ("arrival_s", "ready_s", "inbound_s", "is_held"),
    [
        (100.0, -50.0, 100.0, False),  # free now, ready now: go
        (100.0, 139.0, 100.0, False),  # must leave in 39 s: an answer after the next tick is late
        (100.0, 140.0, 100.0, True),  # may still leave in time after the next tick
        (500.0, 0.0, 60.0, True),  # busy for 440 s: decide when that is nearer
        (90.0, 0.0, 60.0, False),  # busy for 30 s only
    ],
)
def test_a_bundle_is_held_while_the_next_tick_can_still_decide_it(
    arrival_s, ready_s, inbound_s, is_held
) -> None:
    answer = held(np.array([arrival_s]), np.array([ready_s]), np.array([inbound_s]), POLICY)
    assert answer.tolist() == [is_held]
