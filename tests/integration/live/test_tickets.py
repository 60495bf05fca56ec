"""A ticket stands for its owner once, until it is too old by market time."""

import hashlib
from datetime import timedelta

from service.live import tickets
from tests.unit.domain.makers import NOW

SOON = NOW + timedelta(seconds=30)


async def issue(redis):
    return await tickets.issue_ticket(redis, "courier:1", expires_at=SOON, ttl_s=30)


async def test_a_ticket_is_redeemed_once(redis):
    ticket = await issue(redis)
    assert await tickets.redeem_ticket(redis, ticket, now=NOW) == "courier:1"
    assert await tickets.redeem_ticket(redis, ticket, now=NOW) is None


async def test_an_unknown_ticket_is_nobodys(redis):
    await issue(redis)
    assert await tickets.redeem_ticket(redis, "unknown", now=NOW) is None


async def test_only_the_digest_is_stored_and_it_runs_out(redis):
    ticket = await issue(redis)
    (key,) = await redis.execute("KEYS", "*")
    assert hashlib.sha256(ticket.encode()).hexdigest() in key.decode()
    assert ticket not in key.decode()
    assert 0 < await redis.execute("TTL", key) <= 30


async def test_one_that_redis_has_kept_too_long_is_too_old(redis):
    """As after its clock was set back: what ends a ticket is market time."""
    ticket = await issue(redis)
    (key,) = await redis.execute("KEYS", "*")
    await redis.execute("PERSIST", key)
    assert await tickets.redeem_ticket(redis, ticket, now=SOON) is None


async def test_nobody_makes_a_ticket_good_for_longer(redis):
    ticket = await issue(redis)
    _, _, secret = ticket.partition(".")
    longer = f"{(SOON + timedelta(hours=1)).timestamp():.0f}.{secret}"
    assert await tickets.redeem_ticket(redis, longer, now=SOON) is None
    assert await tickets.redeem_ticket(redis, ticket, now=NOW) == "courier:1"


async def test_no_two_tickets_are_alike(redis):
    issued = {await issue(redis) for _ in range(100)}
    assert len(issued) == 100
