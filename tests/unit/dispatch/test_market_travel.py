from datetime import UTC, datetime, timedelta

import pytest

from service.dispatch.market_travel import is_turn

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_the_first_tick_learns():
    assert is_turn(None, 0.0, now=NOON, at_s=0.0)


@pytest.mark.parametrize(
    ("later", "later_s", "expected"),
    [
        (HOUR, 3_600.0, True),
        (HOUR - MINUTE, 3_540.0, False),
        (HOUR, 59.0, False),
        (HOUR, 60.0, True),
    ],
)
def test_it_is_learned_once_an_hour_and_in_a_fast_replay_not_more_than_once_a_minute(
    later, later_s, expected
):
    assert is_turn(NOON, 100.0, now=NOON + later, at_s=100.0 + later_s) is expected
