"""How often one may ask: by principal, by address for strangers, and without Redis too."""

import asyncio

import msgspec
import pytest

from service.api import rates
from service.api.rates import RateClass, Rates
from service.domain.errors import RateLimitedError, UnavailableError
from service.domain.rate import Allowance
from service.live import positions
from service.live.connect import open_redis
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import on_duty, talking
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

FOUR_AT_ONCE = 1.0  # a second; a slow machine may let a few more pass
NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture
async def limited(runtime, keys):
    """The api with small limits for merchants and strangers, and a client of the merchant."""
    small = changed(
        runtime,
        merchant_requests_per_s_max=FOUR_AT_ONCE,
        stranger_requests_per_s_max=FOUR_AT_ONCE,
    )
    async with (
        running_api(small) as address,
        PlainClient(base_url=f"http://{address}") as http,
    ):
        yield http


@pytest.fixture
async def counting(runtime):
    """Make what counts on this runtime, with other settings or another Redis."""
    async with asyncio.TaskGroup() as group:
        started = []

        def count(changed_runtime):
            counted = Rates(changed_runtime)
            started.append(group.create_task(counted.run()))
            return counted

        yield count
        for task in started:
            task.cancel()


@pytest.fixture
async def away(runtime):
    """The runtime without Redis, and with a merchant's limit of a request a second."""
    settings = changed(runtime, redis_url=NOWHERE, merchant_requests_per_s_max=1.0).settings
    nowhere = open_redis(settings)
    yield msgspec.structs.replace(runtime, settings=settings, redis=nowhere)
    await nowhere.aclose()


def bearer(key):
    return {"Authorization": f"Bearer {key.text}"}


async def until_refused(http, headers):
    """Ask until it is too often; return all answers."""
    answers = []
    while not answers or answers[-1].status_code != 429:
        assert len(answers) < 100, "nobody minds"
        answers.append(await http.get("/v1/jobs", headers=headers))
    return answers


async def test_an_answer_says_how_many_are_left_and_a_refusal_when_to_come_back(limited, keys):
    *good, refused = await until_refused(limited, bearer(keys[0]))
    assert len(good) >= 4
    assert good[0].headers["ratelimit-limit"] == "4"
    assert good[0].headers["ratelimit-remaining"] == "3"
    assert good[0].headers["ratelimit-reset"] == "1"
    check_problem(refused, 429, "rate_limited")
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit-remaining"] == "0"


async def test_one_callers_haste_is_nobody_elses(limited, keys):
    await until_refused(limited, bearer(keys[0]))
    assert (await limited.get("/v1/ops/market", headers=bearer(keys[-1]))).status_code == 200
    assert (await limited.get("/v1/jobs")).status_code == 401


async def test_a_stranger_is_counted_by_address_and_good_keys_are_not(limited, keys):
    *_, refused = await until_refused(limited, {})
    check_problem(refused, 429, "rate_limited")
    forged = {"X-Forwarded-For": "198.51.100.1"}
    assert (await limited.get("/v1/jobs", headers=forged)).status_code in (401, 429)
    assert (await limited.get("/v1/jobs", headers=bearer(keys[0]))).status_code == 200
    assert (await limited.get("/health/live")).status_code == 200


async def test_behind_a_proxy_of_ours_strangers_are_told_apart(runtime, keys):
    behind = changed(runtime, stranger_requests_per_s_max=0.01, proxies_trusted="127.0.0.0/8")
    async with (
        running_api(behind) as address,
        PlainClient(base_url=f"http://{address}") as http,
    ):
        statuses = [
            (await http.get("/v1/jobs", headers={"X-Forwarded-For": origin})).status_code
            for origin in ("198.51.100.1", "198.51.100.1", "203.0.113.9", "10.0.0.1, 203.0.113.9")
        ]
    assert statuses == [401, 429, 401, 429]


async def test_who_cannot_say_who_it_is_is_counted_by_address_at_sockets_too(runtime, keys):
    strict = changed(runtime, stranger_requests_per_s_max=0.01)
    async with running_api(strict) as address:
        codes = []
        for _ in range(4):
            async with talking(address, "/v1/courier?ticket=none") as talk:
                codes.append(await talk.close_code())
        assert codes == [4401, 4429, 4429, 4429]
        async with talking(address, "/v1/courier", keys[1]) as talk:  # behind the same address
            await talk.hear("hello")


async def test_a_courier_who_connects_too_often_stops_no_other(runtime, keys):
    async with running_api(changed(runtime, courier_sockets_per_min_max=2.0)) as address:
        for _ in range(2):
            async with talking(address, "/v1/courier", keys[1]) as talk:
                await talk.hear("hello")
        async with talking(address, "/v1/courier", keys[1]) as talk:
            assert await talk.close_code() == 4429
        async with talking(address, "/v1/courier", keys[2]) as talk:
            await talk.hear("hello")


@pytest.mark.usefixtures("relay")
async def test_of_more_positions_than_are_used_some_are_passed_over_in_silence(
    runtime, market, keys, ids
):
    here = {"lat_deg": 48.2, "lng_deg": 16.37}
    async with (
        running_api(changed(runtime, courier_positions_per_s_max=0.2)) as address,
        on_duty(runtime, address, keys[1]) as talk,
        on_duty(runtime, address, keys[2]) as other,
    ):
        await talk.say("report_position", ref="first", seq=1, **here)
        await talk.say("report_position", ref="second", seq=2, **here)
        await talk.hear("done", ref="second")
        await other.say("report_position", seq=1, **here)
        found = {}
        while ids[1] not in found:  # it is written after those that came before it
            found = await positions.read_fixes(runtime.redis, market, ids)
    assert found[ids[0]].seq == 1


async def test_without_redis_half_as_many_pass_and_then_no_more(counting, away, monkeypatch):
    monkeypatch.setattr(rates, "monotonic_s", lambda: 1_000.0)
    counted = counting(away)
    for _ in range(2):
        await counted.check(RateClass.MERCHANT, "m")
    with pytest.raises(RateLimitedError):
        await counted.check(RateClass.MERCHANT, "m")
    await counted.check(RateClass.MERCHANT, "another")
    await counted.give_back(RateClass.MERCHANT, "m")
    await counted.check(RateClass.MERCHANT, "m")


async def test_no_more_callers_are_counted_here_than_the_limit(counting, away, monkeypatch):
    monkeypatch.setattr(rates, "LOCAL_BUCKETS_COUNT_MAX", 1)
    monkeypatch.setattr(rates, "monotonic_s", lambda: 1_000.0)
    counted = counting(away)
    for who in ("a", "b", "a", "b", "a", "b"):  # each is forgotten for the other
        await counted.check(RateClass.MERCHANT, who)


async def test_many_who_ask_at_once_are_each_counted(counting, runtime):
    counted = counting(changed(runtime, merchant_requests_per_s_max=0.01))
    answers = await asyncio.gather(
        *(counted.check(RateClass.MERCHANT, who) for who in ("a", "b", "a", "b")),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Allowance] * 2 + [RateLimitedError] * 2


async def test_redis_is_asked_again_after_a_while(counting, runtime, redis, monkeypatch):
    now_s = 1_000.0
    monkeypatch.setattr(rates, "monotonic_s", lambda: now_s)
    counted = counting(runtime)
    await redis.execute("CLIENT", "PAUSE", 600, "ALL")
    assert (await counted.check(RateClass.COURIER, "c")).limit_count == 20_000  # the half
    await until_it_answers(redis)
    assert (await counted.check(RateClass.COURIER, "c")).limit_count == 20_000  # not asked yet
    now_s += rates.AWAY_S
    assert (await counted.check(RateClass.COURIER, "c")).limit_count == 40_000


async def until_it_answers(redis):
    while True:
        try:
            await redis.execute("PING")
        except UnavailableError:
            continue
        return
