"""The wall clock of the host jumps by an hour, either way, and nothing that is decided changes."""

import asyncio
import time

import pytest

from service import clock
from service.dispatch.run import run_dispatch
from service.dispatch.warm_up import warm_up
from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty, resumed

HOUR_S = 3_600.0
OFFER_MS = 30_000  # of the policy; it is told without what the way takes


class SetClock:
    """Stands in for the module `time`: its wall clock is set, its monotonic clock is true."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self):
        self.offset_s = 0.0

    def time(self):
        return time.time() + self.offset_s  # noqa: TID251  # this is what is set


@pytest.fixture
def host(monkeypatch):
    """The host's clock, to be set."""
    stand_in = SetClock()
    monkeypatch.setattr(clock, "time", stand_in)
    return stand_in


@pytest.fixture(scope="session")
def kernels():
    """Compiled kernels: compiling them holds up whatever else runs in this process."""
    warm_up()


@pytest.fixture
async def dispatch(kernels, runtime, market):
    """A running dispatch."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(run_dispatch(runtime, stop))
        yield
        stop.set()


@pytest.mark.usefixtures("kernels", "relay", "dispatch")
@pytest.mark.parametrize("jumps_s", [(HOUR_S, -HOUR_S), (-HOUR_S, HOUR_S), (0.0, HOUR_S)])
async def test_a_job_goes_its_way(runtime, address, keys, post, merchant, host, jumps_s):
    async with on_duty(runtime, address, keys[1]) as talk:
        host.offset_s = jumps_s[0]
        place = {name: JOB["pickup"][name] for name in ("lat_deg", "lng_deg")}
        await talk.say("report_position", seq=1, accuracy_m=5, **place)
        job = await post()
        offer = await talk.hear("offer_made")  # so the position is of now for dispatch
        assert offer["job_ids"] == [job["id"]]
        assert 0 < offer["expires_in_ms"] <= OFFER_MS
        host.offset_s = jumps_s[1]
        await talk.say("ack", offer_id=offer["offer_id"], ref="ack")
        async with resumed(address, "/v1/courier", keys[1]) as again:  # it is told anew
            told = again.heard[-1]["state"]["offer"]
            assert 0 < told["expires_in_ms"] <= offer["expires_in_ms"]
            await again.say("accept_offer", offer_id=offer["offer_id"], ref="yes")
            await again.hear("done", ref="yes")
            stop = (await again.hear("assignment_changed"))["assignment"]["stops"][0]
            host.offset_s = 0.0
            await again.say("report_position", seq=1, accuracy_m=5, **place)
            await again.say("arrive_at_stop", stop_id=stop["stop_id"], ref="there")
            await again.hear("done", ref="there")
            host.offset_s = jumps_s[0]
            await again.say("complete_stop", stop_id=stop["stop_id"], ref="taken")
            await again.hear("done", ref="taken")
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json()["status"] == "enroute_to_dropoff"


async def test_a_ticket_is_good_whatever_the_clock_says(address, courier, keys, host):
    ticket = (await courier.post("/v1/courier/tickets")).json()["ticket"]
    host.offset_s = HOUR_S
    async with resumed(f"{address}", f"/v1/courier?ticket={ticket}", None) as talk:
        await talk.say("set_status", status="paused", ref="no")
        assert (await talk.hear("refused", ref="no"))["code"] == "invalid_state_transition"
