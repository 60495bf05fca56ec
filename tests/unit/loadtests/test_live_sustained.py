"""The search for the highest rate that holds."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from loadtests.live.sustained import Try, best, search


def server(*, holds_until_per_s):
    """Return a server on which rates up to this one hold."""

    async def offer(rate_per_s: float) -> Try:
        return Try(
            rate_per_s=rate_per_s,
            sent_count=int(rate_per_s),
            sent_per_s=rate_per_s,
            p50_ms=1.0,
            p99_ms=2.0,
            processor_s={"api": 0.5},
            is_sustained=rate_per_s <= holds_until_per_s,
        )

    return offer


@given(limit_per_s=st.floats(1_000.0, 63_000.0))
async def test_the_limit_is_found_to_a_sixteenth_of_its_octave(limit_per_s):
    offer = server(holds_until_per_s=limit_per_s)
    tries = await search(offer, first_per_s=1_000.0, most_per_s=64_000.0, steps=4)
    found = best(tries)
    assert found is not None
    assert found.rate_per_s <= limit_per_s < found.rate_per_s * (1.0 + 1.0 / 16.0)


async def test_the_search_ends_at_what_the_client_can_do():
    offer = server(holds_until_per_s=1e9)
    tries = await search(offer, first_per_s=100.0, most_per_s=300.0, steps=4)
    assert [each.rate_per_s for each in tries] == [100.0, 200.0, 300.0]


async def test_a_server_on_which_nothing_holds_has_no_best():
    offer = server(holds_until_per_s=0.0)
    tries = await search(offer, first_per_s=100.0, most_per_s=300.0, steps=2)
    assert best(tries) is None
    assert [each.rate_per_s for each in tries] == [100.0, 100.0, 50.0, 50.0, 25.0, 25.0]


async def test_the_time_of_one_report_is_in_microseconds():
    found = await server(holds_until_per_s=1.0)(1_000.0)
    assert found.processor_us_each("api") == 500.0


async def test_a_rate_that_failed_once_by_accident_holds():
    asked = []

    async def offer(rate_per_s: float) -> Try:
        asked.append(rate_per_s)
        found = await server(holds_until_per_s=250.0)(rate_per_s)
        is_accident = asked.count(rate_per_s) == 1 and rate_per_s == 200.0
        return msgspec.structs.replace(found, is_sustained=found.is_sustained and not is_accident)

    tries = await search(offer, first_per_s=100.0, most_per_s=400.0, steps=1)
    found = best(tries)
    assert found is not None
    assert found.rate_per_s == 200.0
    assert 300.0 in asked
