"""What is published is heard, and it is told whenever something may not have been."""

import asyncio
from uuid import UUID

import pytest

from service.domain.ids import CourierId, MarketId
from service.live import bus, feed, keys, subscription
from service.live.bus import (
    ConnectionOpened,
    ControlPublished,
    DispatchWoken,
    EventsPublished,
    RelayWoken,
    StreamMessage,
    TickPublished,
)
from service.live.connections import replace_older
from service.live.feed import open_feed
from service.live.keys import Channel
from service.live.subscription import BusLost, BusRestored, Subscription

PATIENCE_S = 10.0
GRAZ = MarketId("graz")


async def heard(messages):
    """Return the next message; no test hangs on one that does not come."""
    return await asyncio.wait_for(anext(messages), PATIENCE_S)


def message(seq):
    return StreamMessage(owner="courier:1", seq=seq, type="notice", message=b"{}")


def all_channels(market_id):
    return [(market_id, channel) for channel in Channel]


async def test_what_is_published_is_heard_as_it_was(redis, settings, market_id):
    async with Subscription(settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusRestored()
        await bus.publish_events(redis, market_id, [message(1), message(2)])
        await bus.publish_tick(redis, market_id, b'{"tick_id":1}')
        await bus.publish_wake_dispatch(redis, market_id)
        await bus.publish_wake_relay(redis, market_id)
        ids = [CourierId(UUID(int=1)), CourierId(UUID(int=2))]
        numbers = [7, 8]
        await replace_older(redis, market_id, list(zip(ids, numbers, strict=True)))
        assert [await heard(messages) for _ in range(5)] == [
            EventsPublished(market_id=market_id, messages=(message(1), message(2))),
            TickPublished(market_id=market_id, tick=b'{"tick_id":1}'),
            DispatchWoken(market_id=market_id),
            RelayWoken(market_id=market_id),
            ControlPublished(
                market_id=market_id,
                opened=tuple(map(ConnectionOpened, ids, numbers)),
            ),
        ]


async def test_many_events_come_in_order_in_publications_of_a_hundred(redis, settings, market_id):
    published = tuple(message(seq) for seq in range(250))
    async with Subscription(settings, [(market_id, Channel.EVENTS)]) as messages:
        await heard(messages)
        await bus.publish_events(redis, market_id, published)
        parts = [(await heard(messages)).messages for _ in range(3)]
    assert [len(part) for part in parts] == [100, 100, 50]
    assert sum(parts, ()) == published


async def test_only_the_channels_asked_for_are_heard_of_each_market(redis, settings, market_id):
    asked = [(market_id, Channel.WAKE_RELAY), (GRAZ, Channel.TICKS)]
    async with Subscription(settings, asked) as messages:
        await heard(messages)
        await bus.publish_wake_relay(redis, GRAZ)
        await bus.publish_tick(redis, market_id, b"{}")
        await bus.publish_wake_relay(redis, market_id)
        await bus.publish_tick(redis, GRAZ, b"{}")
        assert await heard(messages) == RelayWoken(market_id=market_id)
        assert await heard(messages) == TickPublished(market_id=GRAZ, tick=b"{}")


async def test_a_restart_of_the_server_is_told_and_survived(valkey, mortal_redis, market_id):
    async with Subscription(valkey.settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusRestored()
        valkey.kill()
        assert await heard(messages) == BusLost()
        await valkey.start()
        assert await heard(messages) == BusRestored()
        await bus.publish_wake_dispatch(mortal_redis, market_id)
        assert await heard(messages) == DispatchWoken(market_id=market_id)


async def test_a_server_that_is_away_at_first_is_waited_for(valkey, market_id):
    valkey.kill()
    async with Subscription(valkey.settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusLost()
        await valkey.start()
        assert await heard(messages) == BusRestored()


async def test_a_loss_is_told_once_however_many_attempts_fail(valkey, market_id, monkeypatch):
    monkeypatch.setattr(subscription, "PAUSE_S_MAX", 0.001)
    attempts = []

    async def open_and_count(*args):
        attempts.append(args)
        return await open_feed(*args)

    monkeypatch.setattr(subscription, "open_feed", open_and_count)
    valkey.kill()
    async with Subscription(valkey.settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusLost()
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(heard(messages))
            while len(attempts) < 5:
                assert not hearing.done()
                await asyncio.sleep(0)
            await valkey.start()
        assert hearing.result() == BusRestored()


async def test_a_frozen_server_is_told(valkey, market_id, monkeypatch):
    monkeypatch.setattr(feed, "IDLE_S_MAX", 0.05)
    async with Subscription(valkey.settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusRestored()
        valkey.freeze()
        assert await heard(messages) == BusLost()
        valkey.thaw()
        assert await heard(messages) == BusRestored()


async def test_silence_is_no_loss(valkey, mortal_redis, market_id, monkeypatch):
    monkeypatch.setattr(feed, "IDLE_S_MAX", 0.1)
    async with Subscription(valkey.settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusRestored()
        before_count = await pings_count(mortal_redis)
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(heard(messages))
            while await pings_count(mortal_redis) < before_count + 2:
                pass
            await bus.publish_wake_relay(mortal_redis, market_id)
        assert hearing.result() == RelayWoken(market_id=market_id)


async def test_a_publication_that_cannot_be_read_counts_as_a_loss(redis, settings, market_id):
    async with Subscription(settings, all_channels(market_id)) as messages:
        assert await heard(messages) == BusRestored()
        await redis.execute("PUBLISH", keys.channel(market_id, Channel.EVENTS), b"\xff")
        assert await heard(messages) == BusLost()
        assert await heard(messages) == BusRestored()
        await bus.publish_wake_relay(redis, market_id)
        assert await heard(messages) == RelayWoken(market_id=market_id)


async def test_a_reader_who_was_interrupted_reads_on(redis, settings, market_id):
    async with Subscription(settings, [(market_id, Channel.TICKS)]) as messages:
        await heard(messages)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await heard(messages)
        await bus.publish_tick(redis, market_id, b"1")
        assert await heard(messages) == TickPublished(market_id=market_id, tick=b"1")


async def test_leaving_closes_the_connection(valkey, mortal_redis, market_id):
    async with Subscription(valkey.settings, all_channels(market_id)) as messages:
        await heard(messages)
        assert await subscribers_count(mortal_redis, market_id) == 1
    while await subscribers_count(mortal_redis, market_id):
        pass


async def subscribers_count(redis, market_id):
    channel = keys.channel(market_id, Channel.EVENTS)
    _, count = await redis.execute("PUBSUB", "NUMSUB", channel)
    return count


async def pings_count(redis):
    return (await redis.execute("INFO", "commandstats"))["cmdstat_ping"]["calls"]
