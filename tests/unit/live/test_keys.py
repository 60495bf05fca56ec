"""Keys: one market on one node, and no two things under one key."""

import inspect
from collections.abc import Callable

import pytest

from service.domain.ids import MarketId
from service.live import keys
from service.live.keys import Channel

VIENNA = MarketId("vienna")
OF_A_MARKET: list[Callable[[], str]] = [
    lambda: keys.jobs_in_cell(VIENNA, 0x881E15B717FFFFF),
    lambda: keys.job_cells(VIENNA),
    lambda: keys.roster(VIENNA),
    lambda: keys.index_epoch(VIENNA),
    lambda: keys.index_building(VIENNA),
    lambda: keys.couriers_in_cell(VIENNA, 0x881E15B717FFFFF),
    lambda: keys.position_cells(VIENNA),
    lambda: keys.position_times(VIENNA),
    lambda: keys.position_counts(VIENNA),
    *(lambda channel=channel: keys.channel(VIENNA, channel) for channel in Channel),
]


@pytest.mark.parametrize("make_key", OF_A_MARKET)
def test_every_key_of_a_market_begins_with_its_hash_tag(make_key: Callable[[], str]) -> None:
    assert make_key().startswith("{vienna}:")


def test_no_two_things_share_a_key() -> None:
    made = [make_key() for make_key in OF_A_MARKET]
    assert len(set(made)) == len(made)


def test_a_cell_is_spelled_in_hexadecimal() -> None:
    assert keys.jobs_in_cell(VIENNA, 0x881E15B717FFFFF) == "{vienna}:cell:881e15b717fffff:jobs"


def test_every_key_says_its_type_and_how_long_it_lives() -> None:
    functions = [
        function
        for name, function in inspect.getmembers(keys, inspect.isfunction)
        if function.__module__ == keys.__name__ and name not in ("channel", "every_key")
    ]
    assert functions
    for function in functions:
        assert function.__doc__ is not None
        assert function.__doc__.startswith(("Hash:", "Sorted set:", "String:")), function
        assert "TTL" in function.__doc__, function
