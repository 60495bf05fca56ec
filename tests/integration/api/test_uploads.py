"""What couriers send in a day has an end, whatever becomes of it."""

import pytest

from service.api.rates import RateClass, limits_of
from service.domain.proof import PICTURES_COUNT_MAX
from service.live.rates import Asked, take_tokens
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty
from tests.integration.api.test_proofs import PHOTO, begun, upload
from tests.integration.api.test_rest import check_problem

pytestmark = pytest.mark.usefixtures("relay")

LARGE = PHOTO + bytes(900_000)  # what follows the end is not kept, and came all the same


async def test_who_has_sent_a_days_worth_of_pictures_waits_for_the_next(
    runtime, address, keys, ids, post, ops, courier, conn
):
    job = await post(pickup=JOB["pickup"] | {"required_proofs": ["photo"]})
    limit = limits_of(runtime.settings)[RateClass.UPLOAD]
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        assert (await upload(courier, pickup, LARGE)).status_code == 200
        left_count = limit.burst_count - len(LARGE) // 1_024 - 1
        asked = Asked(name=f"{RateClass.UPLOAD}:{ids[0]}", limit=limit, count=left_count)
        (taken,) = await take_tokens(runtime.redis, [asked])
        assert taken.is_allowed
        refused = await upload(courier, pickup, LARGE)
        check_problem(refused, 429, "rate_limited")
        assert int(refused.headers["Retry-After"]) > 60  # as long as so many bytes take
        assert (await courier.get("/v1/courier/decisions")).status_code == 200  # all else goes on
    assert await conn.fetchval("SELECT count(*) FROM proof") == 1


async def test_pictures_that_take_the_place_of_others_count_as_well(
    runtime, address, keys, ids, post, ops, courier
):
    job = await post(pickup=JOB["pickup"] | {"required_proofs": ["photo"]})
    limit = limits_of(runtime.settings)[RateClass.UPLOAD]
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = await begun(talk, ops, job, ids[0])
        for _ in range(PICTURES_COUNT_MAX + 1):
            assert (await upload(courier, pickup, LARGE)).status_code == 200
    asked = Asked(name=f"{RateClass.UPLOAD}:{ids[0]}", limit=limit, count=limit.burst_count - 6_000)
    (taken,) = await take_tokens(runtime.redis, [asked])
    assert not taken.is_allowed  # seven times 879 KiB have gone
