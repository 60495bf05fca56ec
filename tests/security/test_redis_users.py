"""The users of Redis may do what the live index needs, and nothing dangerous."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace
from redis.exceptions import NoPermissionError

from service.domain.ids import CourierId, MarketId
from service.domain.rate import Limit
from service.live import bus, index, positions, rates, soundness, tickets
from service.live.connect import open_client, open_redis
from service.live.records import LiveFix
from tests.security.reach import ROOT

TEXT = (ROOT / "sql" / "redis_users.conf").read_text("utf-8")
RULES = dict(re.findall(r"^user (hexhaul_\w+) (.+)$", TEXT, re.MULTILINE))
VIENNA = MarketId("vienna")
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIX = LiveFix(
    courier_id=CourierId(UUID(int=1)),
    lat_deg=48.2,
    lng_deg=16.37,
    accuracy_m=5.0,
    received_at_ms=1,
    seq=1,
)


@pytest.fixture(params=sorted(RULES))
async def as_user(request, redis, settings):
    """The settings of a process that logs in as this user."""
    rules = RULES[request.param].replace(">CHANGE_ME", ">secret").split()
    await redis.execute("ACL", "SETUSER", request.param, "reset", *rules)
    url = settings.redis_url.replace("unix://", f"unix://{request.param}:secret@")
    assert url != settings.redis_url
    yield replace(settings, redis_url=url)
    await redis.execute("ACL", "DELUSER", request.param)


async def test_a_user_may_do_nothing_dangerous(as_user):
    client = open_client(as_user, connections_count_max=1)
    for words in (
        ("FLUSHALL",),
        ("KEYS", "*"),
        ("CONFIG", "GET", "*"),
        ("SAVE",),
        ("SHUTDOWN",),
        ("ACL", "LIST"),
        ("CLIENT", "KILL", "TYPE", "normal"),
        ("REPLICAOF", "elsewhere", "1"),
    ):
        with pytest.raises(NoPermissionError):
            await client.execute_command(*words)
    await client.aclose()


async def test_a_user_may_keep_the_index(as_user):
    redis = open_redis(as_user)
    assert await positions.write_fixes(redis, VIENNA, [FIX]) == 1
    assert await positions.read_fixes(redis, VIENNA, [FIX.courier_id]) == {FIX.courier_id: FIX}
    assert await positions.read_counts(redis, VIENNA) != {}
    await soundness.check_sound(redis, VIENNA)
    assert await positions.evict(redis, VIENNA, older_than_ms=2) == 1
    await positions.write_fixes(redis, VIENNA, [FIX])
    await soundness.forget_market(redis, VIENNA)
    assert await positions.read_fixes(redis, VIENNA, [FIX.courier_id]) == {}
    await redis.aclose()


async def test_the_api_may_count_issue_and_tell(as_user):
    redis = open_redis(as_user)
    ticket = await tickets.issue_ticket(redis, "courier:1", expires_at=AT, ttl_s=30)
    assert await tickets.redeem_ticket(redis, ticket, now=AT - timedelta(seconds=1)) == "courier:1"
    await bus.publish_wake_relay(redis, VIENNA)
    await bus.publish_wake_dispatch(redis, VIENNA)
    await index.begin_build(redis, VIENNA, "1")
    await index.mark_built(redis, VIENNA, "1")
    assert await index.index_epoch(redis, VIENNA) == "1"
    await index.clear(redis, VIENNA)
    if "hexhaul_api" in as_user.redis_url:  # it alone counts what is asked
        asked = rates.Asked(name="one", limit=Limit(rate_per_s=1.0, burst_count=2), count=1)
        (taken,) = await rates.take_tokens(redis, [asked])
        assert taken.is_allowed
    await redis.aclose()
