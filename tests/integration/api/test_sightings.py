"""A merchant sees the couriers on its own jobs, no more exactly and no longer than it has to."""

import asyncio
import contextlib
import itertools
from types import SimpleNamespace
from uuid import UUID

import pytest
from msgspec.structs import replace

from matching.cells import cell_of, center_of
from service.actions.enroll import MerchantEntry, enroll
from service.api.jobs_in_sight import JobsInSight
from service.api.sightings import Sightings
from service.api.sockets import Socket
from service.domain.lifecycle import JobStatus
from service.live import positions
from service.live.keys import CELL_RESOLUTION
from service.live.records import LiveFix
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import PATIENCE_S, on_duty, resumed
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken, work_stop

REPORT_S = 1.0

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


async def report_until_seen(talk, watching, lat_deg, numbers):
    """Report a position as phones do, again and again: a busy service passes some over."""
    is_seen = False
    while not is_seen:
        await talk.say("report_position", seq=next(numbers), lat_deg=lat_deg, lng_deg=16.3697)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REPORT_S):
                while not is_seen:
                    is_seen = (await seen(watching, is_exact=True))["lat_deg"] == lat_deg


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


async def test_a_courier_on_the_job_of_another_merchant_is_not_seen(
    runtime, address, keys, market, ids, post, ops
):
    (other,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    async with (
        resumed(address, "/v1/stream", other) as theirs,
        resumed(address, "/v1/stream", keys[0]) as watching,
        on_duty(runtime, address, keys[1]) as talk,
    ):
        await taken(talk, await offered(talk, ops, await post(), ids[0]))
        numbers = itertools.count(1)
        for lat_deg in (48.20899, 48.20898):  # two looks, of all who watch
            await report_until_seen(talk, watching, lat_deg, numbers)
        await theirs.say("resume")
        await theirs.hear("refused")
    assert not [one for one in theirs.heard if one["type"] in ("courier_positions", "event")]


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


async def test_who_may_have_missed_the_end_of_a_job_is_told_of_nobody(runtime, market, ids):
    now_ms = int(runtime.clock.now().timestamp() * 1_000)  # or the relay would evict it
    fix = LiveFix(
        courier_id=ids[0], lat_deg=48.2, lng_deg=16.4, accuracy_m=5.0, received_at_ms=now_ms
    )
    await positions.write_fixes(runtime.redis, market, [fix])
    jobs = JobsInSight()
    status = JobStatus.ENROUTE_TO_DROPOFF
    jobs.note(SimpleNamespace(id=UUID(int=1), version=1, status=status, courier_id=ids[0]))
    behind, current = (
        Socket(None, runtime, owner="merchant:1", credential_id="k") for _ in range(2)
    )
    sightings = Sightings(runtime, market)
    for socket in (behind, current):
        socket.stream.begin(after_seq=7)
        sightings.follow(socket, jobs)
    behind.stream.note_end(8)
    telling = asyncio.create_task(sightings.tell())
    async with asyncio.timeout(PATIENCE_S):
        while not current.is_waiting("sightings"):  # noqa: ASYNC110  # the mailbox tells nobody
            await asyncio.sleep(0.01)
    telling.cancel()
    assert not behind.is_waiting("sightings")
