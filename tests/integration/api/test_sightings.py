"""A merchant sees the couriers on its own jobs, no more exactly and no longer than it has to."""

import pytest
from msgspec.structs import replace

from matching.cells import cell_of, center_of
from service.live.keys import CELL_RESOLUTION
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty, resumed
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken, work_stop

pytestmark = pytest.mark.usefixtures("relay")


@pytest.fixture
async def runtime(runtime):
    """A runtime in a hurry."""
    return replace(runtime, settings=replace(runtime.settings, sighting_interval_s=0.02))


async def seen(watching, *, is_exact):
    """Return the one courier that is seen, as soon as that is exact, or as soon as it is not."""
    while True:
        couriers = (await watching.hear("courier_positions"))["couriers"]
        if couriers and couriers[0]["is_exact"] is is_exact:
            (courier,) = couriers
            return courier


async def test_a_courier_is_seen_until_the_job_is_done(runtime, address, keys, ids, post, ops):
    async with (
        resumed(address, "/v1/stream", keys[0]) as watching,
        on_duty(runtime, address, keys[1]) as talk,
    ):
        job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
        pickup, dropoff = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        await talk.say("report_position", seq=1, lat_deg=48.20899, lng_deg=16.369712345)
        courier = await seen(watching, is_exact=True)
        assert (courier["job_id"], courier["courier_id"]) == (job["id"], str(ids[0]))
        assert (courier["lat_deg"], courier["lng_deg"]) == (48.20899, 16.36971)
        await work_stop(talk, pickup, seq=2)
        async with resumed(address, "/v1/stream", keys[0]) as late:  # knows it from the snapshot
            assert (await seen(late, is_exact=True))["job_id"] == job["id"]
        await work_stop(talk, dropoff, seq=3)
        await watching.hear("courier_positions", couriers=[])
        last_seq = watching.seqs[-1]
        await talk.say("report_position", seq=4, lat_deg=48.2089, lng_deg=16.3697)
        await watching.say("resume")
        await watching.hear("refused")
    assert watching.seqs == list(range(1, last_seq + 1))
    types = [message["type"] for message in watching.heard]
    after_the_end = types[len(types) - types[::-1].index("courier_positions") :]
    assert set(after_the_end) <= {"refused", "event"}


async def test_on_the_errand_of_another_a_courier_is_seen_coarsely(
    runtime, address, keys, ids, post, ops
):
    async with (
        resumed(address, "/v1/stream", keys[0]) as watching,
        on_duty(runtime, address, keys[1]) as talk,
    ):
        await taken(talk, await offered(talk, ops, await post(), ids[0]))
        second = await post()
        await taken(talk, await offered(talk, ops, second, ids[0]))
        await talk.say("report_position", seq=1, lat_deg=48.20899, lng_deg=16.36971)
        while True:
            told = (await watching.hear("courier_positions"))["couriers"]
            if len(told) == 2:
                break
    assert [courier["is_exact"] for courier in told] == [True, False]
    assert told[1]["job_id"] == second["id"]
    middle = center_of(cell_of(48.20899, 16.36971, resolution=CELL_RESOLUTION))
    assert (told[1]["lat_deg"], told[1]["lng_deg"]) == tuple(round(deg, 5) for deg in middle)
