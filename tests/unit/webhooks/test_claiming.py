"""How the calls that are free are shared out."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from service.store.webhook_endpoints import DueEndpoint
from service.webhooks.claiming import shares

NOW = datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)


def due(*, lanes_count, calls_count=0, failures_count=0, merchant_id=None):
    return DueEndpoint(
        id=uuid4(),
        merchant_id=merchant_id or uuid4(),
        failures_count=failures_count,
        failing_since=None,
        failed_at=None,
        rest_until=NOW - timedelta(seconds=1) if failures_count else None,
        calls_count=calls_count,
        lanes_count=lanes_count,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("found", "calls_count_max", "expected"),
    [
        ([due(lanes_count=1) for _ in range(3)], 3, [1, 1, 1]),  # nobody is given what it leaves
        ([due(lanes_count=4) for _ in range(3)], 6, [3, 1, 1]),  # of what is left, half at most
        ([due(lanes_count=4, calls_count=3)] * 2, 9, [1, 1]),  # four at once, with those under way
        ([due(lanes_count=4, failures_count=7)], 9, [1]),  # one tries
        ([due(lanes_count=4, failures_count=7, calls_count=2)], 9, [0]),
    ],
)
def test_each_gets_what_it_has_room_and_lanes_for(found, calls_count_max, expected):
    assert shares(found, calls_count_max=calls_count_max, calls_under_way={}) == expected


def test_a_merchant_has_no_more_calls_than_are_left_to_all_others_however_many_endpoints():
    mine, other = uuid4(), uuid4()
    found = [due(lanes_count=4, merchant_id=mine) for _ in range(10)]
    assert shares(found, calls_count_max=24, calls_under_way={}) == [4, 4, 4, 0, 0, 0, 0, 0, 0, 0]
    assert shares(found, calls_count_max=12, calls_under_way={mine: 12}) == [0] * 10
    theirs = [due(lanes_count=4, merchant_id=other) for _ in range(10)]
    assert sum(shares(theirs, calls_count_max=12, calls_under_way={mine: 12})) == 6


def test_the_last_call_is_for_who_has_none():
    assert shares([due(lanes_count=4)], calls_count_max=1, calls_under_way={}) == [1]
    busy = due(lanes_count=4)
    under_way = {busy.merchant_id: 1}
    assert shares([busy], calls_count_max=1, calls_under_way=under_way) == [0]
