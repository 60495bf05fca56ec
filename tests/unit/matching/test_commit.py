"""Lazy commitment decides by the moment at which the courier must leave."""

import numpy as np
import pytest

from matching.commit import held
from matching.params import Params

POLICY = Params(tick_s=10.0, offer_s=30.0)


def is_held_when(arrival_s, ready_s, inbound_s, *, is_relieved) -> bool:
    answer = held(
        np.array([arrival_s]),
        np.array([ready_s]),
        np.array([inbound_s]),
        np.array([is_relieved]),
        POLICY,
    )
    return answer.tolist()[0]


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
    assert is_held_when(arrival_s, ready_s, inbound_s, is_relieved=False) is is_held


@pytest.mark.parametrize(("ready_s", "is_held"), [(-50.0, False), (0.0, False), (1.0, True)])
def test_a_ready_parcel_is_not_held_while_somebody_else_could_leave(ready_s, is_held) -> None:
    assert is_held_when(500.0, ready_s, 60.0, is_relieved=True) is is_held
