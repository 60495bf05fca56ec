"""A ticket stands for its owner once."""

import hashlib

from service.live import tickets


async def test_a_ticket_is_redeemed_once(redis):
    ticket = await tickets.issue_ticket(redis, "courier:1", ttl_s=30)
    assert await tickets.redeem_ticket(redis, ticket) == "courier:1"
    assert await tickets.redeem_ticket(redis, ticket) is None


async def test_an_unknown_ticket_is_nobodys(redis):
    await tickets.issue_ticket(redis, "courier:1", ttl_s=30)
    assert await tickets.redeem_ticket(redis, "unknown") is None


async def test_only_the_digest_is_stored_and_it_runs_out(redis):
    ticket = await tickets.issue_ticket(redis, "courier:1", ttl_s=30)
    (key,) = await redis.execute("KEYS", "*")
    assert hashlib.sha256(ticket.encode()).hexdigest() in key.decode()
    assert ticket not in key.decode()
    assert 0 < await redis.execute("TTL", key) <= 30


async def test_no_two_tickets_are_alike(redis):
    issued = {await tickets.issue_ticket(redis, "courier:1", ttl_s=30) for _ in range(100)}
    assert len(issued) == 100
