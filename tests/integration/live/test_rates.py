"""Token buckets in Redis: the script does what the arithmetic says."""

import asyncio

import pytest

from service.domain.rate import Limit, take
from service.live import keys
from service.live.rates import Asked, take_tokens

SLOW = Limit(rate_per_s=0.001, burst_count=5)  # nothing grows back while a test runs
QUICK = Limit(rate_per_s=0.1, burst_count=5)


def asked(count, *, name="bucket", limit=SLOW):
    return Asked(name=name, limit=limit, count=count)


@pytest.mark.parametrize("is_at_once", [True, False])
@pytest.mark.parametrize("counts", [[1] * 7, [1, -1, 1, 1], [-1, 1], [3, 3, 2, -1, 1]])
async def test_the_script_is_the_twin_of_the_arithmetic(redis, counts, is_at_once):
    if is_at_once:
        found = await take_tokens(redis, [asked(count) for count in counts])
    else:
        found = [(await take_tokens(redis, [asked(count)]))[0] for count in counts]
    full_in_s = 0.0
    for count, taken in zip(counts, found, strict=True):
        expected = take(full_in_s, SLOW, count=count)
        full_in_s = expected.full_in_s
        assert taken.is_allowed == expected.is_allowed
        assert taken.full_in_s == pytest.approx(full_in_s, abs=30.0)  # a token takes 1,000 s


async def test_of_many_at_once_no_more_get_one_than_there_are(redis):
    answers = await asyncio.gather(*(take_tokens(redis, [asked(1)]) for _ in range(20)))
    assert sum(taken.is_allowed for (taken,) in answers) == SLOW.burst_count


async def test_each_bucket_is_counted_for_itself(redis):
    names = ["a", "b"] * 5
    taken = await take_tokens(redis, [asked(1, name=name) for name in names])
    assert all(one.is_allowed for one in taken)


async def test_a_bucket_that_is_full_again_is_not_kept(redis):
    quick = Limit(rate_per_s=1_000.0, burst_count=10)
    await take_tokens(redis, [asked(1, name="quick", limit=quick), asked(1, name="slow")])
    assert await redis.execute("PTTL", keys.bucket("quick")) <= 1
    assert await redis.execute("PTTL", keys.bucket("slow")) > 900_000
    await take_tokens(redis, [asked(-1, name="slow")])
    assert await redis.execute("EXISTS", keys.bucket("slow")) == 0


async def test_a_clock_of_redis_that_was_set_back_shuts_nobody_out_for_long(redis):
    """A bucket that was emptied an hour from now is empty, and not emptier than that."""
    await take_tokens(redis, [asked(1, limit=QUICK)])
    key = keys.bucket("bucket")
    full_at_us = int(await redis.execute("GET", key))
    await redis.execute("SET", key, full_at_us + 3_600_000_000)
    (taken,) = await take_tokens(redis, [asked(1, limit=QUICK)])
    assert not taken.is_allowed
    assert taken.full_in_s <= QUICK.burst_count / QUICK.rate_per_s + 0.001


async def test_what_is_no_bucket_is_a_full_one(redis):
    await redis.execute("RPUSH", keys.bucket("bucket"), "poison")
    await redis.execute("SET", keys.bucket("other"), "poison")
    taken = await take_tokens(redis, [asked(1), asked(1, name="other"), asked(1, name="third")])
    assert all(one.is_allowed for one in taken)
    counts = [(await take_tokens(redis, [asked(1)]))[0].is_allowed for _ in range(5)]
    assert counts == [True] * 4 + [False]
