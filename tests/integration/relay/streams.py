"""What came out of the one door, as Postgres has it."""

import msgspec

from service.domain.facts import event_id


async def events_of(conn, owner):
    """Return the events of a stream in order, decoded."""
    rows = await conn.fetch("SELECT * FROM stream_event WHERE owner = $1 ORDER BY seq", owner)
    return [msgspec.json.decode(row["message"]) for row in rows]


async def fact_ids(conn):
    """Return the public ids of all facts."""
    return {event_id(row["id"]) for row in await conn.fetch("SELECT id FROM fact")}


async def check_gapless(conn):
    """Check that each stream counts from 1 to its end, in the column and in the messages."""
    for stream in await conn.fetch("SELECT owner, last_seq FROM stream"):
        owner, last_seq = stream["owner"], stream["last_seq"]
        rows = await conn.fetch("SELECT seq FROM stream_event WHERE owner = $1 ORDER BY 1", owner)
        numbers = list(range(1, last_seq + 1))
        assert [row["seq"] for row in rows] == numbers
        assert [event["seq"] for event in await events_of(conn, owner)] == numbers


async def check_each_fact_told_once(conn, market_id):
    """Check that ops were told of every fact exactly once."""
    told = [event["event"]["id"] for event in await events_of(conn, f"market:{market_id}")]
    assert len(told) == len(set(told))
    assert set(told) == await fact_ids(conn)
