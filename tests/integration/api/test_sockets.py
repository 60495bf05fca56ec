"""The rules of the websockets: who may come in, what is refused, and how connections end."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from service.api import watchers
from service.app import run_api
from service.domain.facts import owner_of_courier
from service.listeners import listen
from service.live import bus, positions
from service.live.bus import HintMessage, StreamMessage
from service.store import streams
from service.tasks import Stop
from service.wire.courier_stream import Hint, Notice, encode
from tests.integration.api.conftest import running_api, until_live
from tests.integration.api.talk import PATIENCE_S, on_duty, resumed, talking
from tests.plain_http import PlainClient

BOX = {"south_deg": 48.19, "west_deg": 16.36, "north_deg": 48.21, "east_deg": 16.38}
UNKNOWN_ID = "01a1fd9f-0000-7000-8000-000000000000"
IN_THE_WAY = "LOCK TABLE courier IN ACCESS EXCLUSIVE MODE"


def bearer(key):
    return {"Authorization": f"Bearer {key.text}"}


def changed(runtime, **settings):
    """The runtime, with other settings."""
    return msgspec.structs.replace(
        runtime, settings=msgspec.structs.replace(runtime.settings, **settings)
    )


async def test_only_its_audience_may_open_a_socket(address, keys):
    merchant, courier, operator = keys[0], keys[1], keys[-1]
    own = {"/v1/courier": courier, "/v1/stream": merchant, "/v1/ops/feed": operator}
    for path, owner in own.items():
        for key in (None, merchant, courier, operator):
            async with talking(address, path, key) as talk:
                if key is owner:
                    await talk.hear("hello")
                else:
                    assert await talk.close_code() == (4401 if key is None else 4403), (path, key)


async def test_a_page_from_elsewhere_may_not_open_a_socket(address, keys):
    async with talking(address, "/v1/courier", keys[1], origin="https://evil.example") as talk:
        assert await talk.close_code() == 4403
    async with talking(address, "/v1/courier", keys[1], origin=f"http://{address}") as talk:
        await talk.hear("hello")


async def test_a_ticket_opens_the_socket_once(address, courier):
    ticket = (await courier.post("/v1/courier/tickets")).json()["ticket"]
    async with talking(address, f"/v1/courier?ticket={ticket}") as talk:
        await talk.hear("hello")
    async with talking(address, f"/v1/courier?ticket={ticket}") as talk:
        assert await talk.close_code() == 4401


async def test_a_ticket_is_for_its_audience_only(address, ops):
    ticket = (await ops.post("/v1/ops/tickets")).json()["ticket"]
    async with talking(address, f"/v1/courier?ticket={ticket}") as talk:
        assert await talk.close_code() == 4403


NO_MESSAGES = [
    "no json",
    "[]",
    "[" * 10_000,
    b'{"type":"resume"}',
    '{"type":"dance"}',
    '{"no":"type"}',
]


async def test_what_is_no_message_ends_the_connection(address, keys):
    for path, key in (("/v1/courier", keys[1]), ("/v1/stream", keys[0])):
        for frame in NO_MESSAGES:
            async with talking(address, path, key) as talk:
                await talk.connection.send(frame)
                assert await talk.close_code() == 4400, frame[:20]


async def test_a_frame_above_the_limit_ends_the_connection(address, keys):
    async with talking(address, "/v1/courier", keys[1]) as talk:
        await talk.connection.send("x" * 16_385)
        assert await talk.close_code() == 1009


REFUSALS = [
    ("resume", {}, "invalid_state_transition"),
    ("ack", {"offer_id": UNKNOWN_ID}, "not_found"),
    ("ack", {}, "invalid_params"),
    ("ack", {"offer_id": UNKNOWN_ID, "role": "admin"}, "invalid_params"),
    ("accept_offer", {"offer_id": UNKNOWN_ID}, "not_found"),
    ("accept_offer", {"offer_id": "x"}, "invalid_params"),
    ("decline_offer", {"offer_id": UNKNOWN_ID}, "not_found"),
    ("arrive_at_stop", {"stop_id": UNKNOWN_ID}, "not_found"),
    ("complete_stop", {"stop_id": UNKNOWN_ID}, "not_found"),
    ("fail_stop", {"stop_id": UNKNOWN_ID, "reason": "pickup_closed"}, "not_found"),
    ("fail_stop", {"stop_id": UNKNOWN_ID, "reason": "whim"}, "invalid_params"),
    ("set_status", {"status": "online"}, "invalid_params"),
    ("set_status", {"status": "busy"}, "invalid_params"),
    ("set_status", {"status": "paused"}, "invalid_state_transition"),
    # off duty, no position is taken at all
    ("report_position", {"seq": 1, "lat_deg": 48, "lng_deg": 16}, "invalid_state_transition"),
    ("report_position", {"seq": 2, "lat_deg": 91, "lng_deg": 16}, "invalid_params"),
]


async def test_a_refusal_has_a_stable_code_and_the_reference(address, keys):
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        for number, (type_, fields, code) in enumerate(REFUSALS):
            await talk.say(type_, ref=str(number), **fields)
            refused = await talk.hear("refused", ref=str(number))
            assert refused["code"] == code, (type_, fields)


@pytest.mark.usefixtures("relay")
async def test_positions_are_believed_in_order_and_reach_the_index(
    runtime, market, address, keys, ids
):
    async with on_duty(runtime, address, keys[1]) as talk:
        await talk.say("report_position", seq=5, lat_deg=48.2, lng_deg=16.37)
        await talk.say("report_position", ref="again", seq=5, lat_deg=48.2, lng_deg=16.37)
        assert (await talk.hear("refused", ref="again"))["code"] == "position_out_of_order"
        await talk.say("report_position", ref="jump", seq=6, lat_deg=48.3, lng_deg=16.37)
        assert (await talk.hear("refused", ref="jump"))["code"] == "stale_position"
        async with resumed(address, "/v1/ops/feed", keys[-1]) as feed:
            await feed.say("watch", zoom=15, **BOX)
            told = await feed.hear("positions")
            while "positions" not in told:  # perhaps the first was not written yet
                told = await feed.hear("positions")
    assert [position["courier_id"] for position in told["positions"]] == [str(ids[0])]
    found = await positions.read_fixes(runtime.redis, market, ids)
    assert found[ids[0]].lat_deg == 48.2


async def test_a_flood_is_warned_and_then_cut(address, keys):
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        for seq in range(200):
            await talk.say("report_position", ref=str(seq), seq=seq, lat_deg=1, lng_deg=1)
        assert await talk.close_code() == 4429
    codes = [message["code"] for message in talk.heard if message["type"] == "refused"]
    assert "rate_limited" in codes  # how often before the cut is for the session's own tests


async def test_a_watcher_has_nothing_to_say(address, keys):
    async with resumed(address, "/v1/stream", keys[0]) as talk:
        for _ in range(20):
            await talk.say("resume")
        await talk.hear("refused", code="invalid_state_transition")
        assert await talk.close_code() == 4429


async def test_who_does_not_resume_is_sent_away(runtime, market, keys):
    async with (
        running_api(changed(runtime, handshake_timeout_s=0.05)) as address,
        talking(address, "/v1/courier", keys[1]) as talk,
    ):
        await talk.say("ack", offer_id=UNKNOWN_ID)  # does not count
        assert await talk.close_code() == 4408


@pytest.mark.parametrize("size_bytes", [100, 30_000], ids=["many", "large"])
async def test_a_burst_of_more_than_may_wait_ends_no_connection(
    runtime, market, address, keys, ids, size_bytes
):
    owner, count = owner_of_courier(ids[0]), 400
    notice = {"type": "notice", "notice": "status_changed", "status": "online"}
    events = [
        StreamMessage(
            owner=owner,
            seq=seq,
            type="notice",
            message=msgspec.json.encode(notice | {"seq": seq, "padding": "x" * size_bytes}),
        )
        for seq in range(1, count + 1)
    ]
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        async with runtime.pool.transaction() as conn:
            await streams.advance_streams(conn, owners=[owner], counts=[count])
            await streams.insert_events(
                conn,
                owners=[owner] * count,
                seqs=[event.seq for event in events],
                types=["notice"] * count,
                messages=[event.message for event in events],
            )
        await bus.publish_events(runtime.redis, market, events)
        await talk.hear("notice", seq=count)
        assert talk.seqs == list(range(1, count + 1))


async def test_what_the_bus_loses_is_read_from_the_record(runtime, address, keys, ids):
    owner = owner_of_courier(ids[0])
    message = encode(Notice(seq=1, notice="status_changed", status="online"))
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        async with runtime.pool.transaction() as conn:
            await streams.advance_streams(conn, owners=[owner], counts=[1])
            await streams.insert_events(
                conn, owners=[owner], seqs=[1], types=["notice"], messages=[message]
            )
        await talk.hear("notice", status="online")


@pytest.mark.usefixtures("relay")
async def test_a_hint_is_for_its_courier_alone_and_has_no_number(
    runtime, market, address, keys, ids
):
    hint = Hint(lat_deg=48.2, lng_deg=16.4, expires_in_ms=1_000, reason="demand")
    message = HintMessage(courier_id=ids[0], message=encode(hint))
    async with (
        on_duty(runtime, address, keys[1]) as anna,
        on_duty(runtime, address, keys[2]) as ben,
    ):
        await bus.publish_hints(runtime.redis, market, [message])
        assert "seq" not in await anna.hear("hint", lat_deg=48.2, lng_deg=16.4)
        await ben.say("set_status", status="paused")
        await ben.hear("notice", status="paused")
        assert "hint" not in {heard["type"] for heard in ben.heard}


@asynccontextmanager
async def stoppable_api(runtime):
    """An api that the test stops: where it listens, how it is told, and its task."""
    stop = Stop()
    listener = listen("127.0.0.1", 0)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(run_api(runtime, stop, listener=listener))
        await until_live(address)
        yield address, stop, serving
        stop.hurry()


async def test_who_is_sent_away_is_served_until_they_leave(runtime, market, keys):
    async with (
        stoppable_api(changed(runtime, drain_s=5.0)) as (address, stop, serving),
        resumed(address, "/v1/courier", keys[1]) as courier,
        resumed(address, "/v1/stream", keys[0]) as merchant,
        PlainClient(base_url=f"http://{address}") as balancer,
    ):
        assert "draining" not in (await balancer.get("/health/ready")).json()["degraded"]
        stop.set()
        for talk in (courier, merchant):
            drain = await talk.hear("drain")
            assert 0 <= drain["reconnect_in_ms"] <= 5_000
        await courier.say("set_status", ref="s", status="paused")
        await courier.hear("refused", ref="s", code="invalid_state_transition")
        ready = await balancer.get("/health/ready")  # on the connection that it has
        assert ready.status_code == 503
        assert "draining" in ready.json()["degraded"]
        with pytest.raises(OSError):  # noqa: PT011  # nobody new comes in, whichever way
            await asyncio.open_connection(*address.split(":"))
        assert not serving.done()
        await courier.connection.close()
        await merchant.connection.close()
        async with asyncio.timeout(PATIENCE_S):  # less than the drain may take
            await serving


async def test_who_stays_is_closed_at_the_end_of_the_drain(runtime, market, keys):
    async with (
        stoppable_api(changed(runtime, drain_s=0.0)) as (address, stop, serving),
        resumed(address, "/v1/courier", keys[1]) as courier,
    ):
        stop.set()
        assert await courier.close_code() == 1012
        assert courier.heard[-1] == {"type": "drain", "reconnect_in_ms": 0}
        async with asyncio.timeout(PATIENCE_S):
            await serving


async def test_a_hurried_stop_waits_for_nobody(runtime, market, keys):
    async with (
        stoppable_api(changed(runtime, drain_s=3_600.0)) as (address, stop, serving),
        resumed(address, "/v1/courier", keys[1]) as courier,
    ):
        stop.set()
        await courier.hear("drain")
        stop.hurry()
        assert await courier.close_code() == 1012
        async with asyncio.timeout(PATIENCE_S):
            await serving


async def test_a_renewed_connection_outlives_its_session(runtime, market, keys):
    async with (
        running_api(changed(runtime, session_s=2.0)) as address,
        PlainClient(base_url=f"http://{address}", headers=bearer(keys[1])) as client,
        resumed(address, "/v1/courier", keys[1]) as renewed,
        resumed(address, "/v1/courier", keys[2]) as other,
    ):
        assert renewed.heard[0]["session_ms"] == 2_000
        closing = asyncio.create_task(other.close_code())
        while not closing.done():
            ticket = (await client.post("/v1/courier/tickets")).json()["ticket"]
            await renewed.say("authenticate", ticket=ticket)
            assert (await renewed.hear("authenticated"))["session_ms"] == 2_000
            await asyncio.wait([closing], timeout=0.2)
        assert closing.result() == 4401
        await renewed.say("set_status", ref="s", status="paused")
        await renewed.hear("refused", ref="s")
        assert await renewed.close_code() == 4401  # it is not renewed any more


async def test_a_ticket_that_is_used_or_anothers_renews_nothing(address, courier, clients, keys):
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        ticket = (await courier.post("/v1/courier/tickets")).json()["ticket"]
        await talk.say("authenticate", ticket=ticket)
        await talk.hear("authenticated")
        anothers = (await clients[2].post("/v1/courier/tickets")).json()["ticket"]
        for number, bad in enumerate((ticket, anothers, "no ticket of ours")):
            await talk.say("authenticate", ticket=bad, ref=f"t{number}")
            await talk.hear("refused", ref=f"t{number}", code="unauthenticated")


async def test_a_merchant_with_many_jobs_is_told_of_them_in_parts(address, keys, post, monkeypatch):
    monkeypatch.setattr(watchers, "PAGE_COUNT_MAX", 2)
    posted = [(await post())["id"] for _ in range(5)]
    async with resumed(address, "/v1/stream", keys[0]) as talk:
        snapshot = talk.heard[-1]
        assert snapshot["is_whole"] is False
        await talk.hear("more_jobs", is_last=True)
        parts = [snapshot, *(m for m in talk.heard if m["type"] == "more_jobs")]
        assert [len(part["jobs"]) for part in parts] == [2, 2, 1]
        told = [job["id"] for part in parts for job in part["jobs"]]
        assert sorted(told) == sorted(posted)


async def test_a_resume_that_takes_long_is_no_fault_of_the_client(runtime, market, keys, conn):
    async with (
        running_api(changed(runtime, handshake_timeout_s=0.3)) as address,
        talking(address, "/v1/courier", keys[1]) as talk,
    ):
        await talk.hear("hello")
        async with conn.transaction():
            await conn.execute(IN_THE_WAY)
            await talk.say("resume")
            await asyncio.sleep(0.6)
        await talk.hear("snapshot")
