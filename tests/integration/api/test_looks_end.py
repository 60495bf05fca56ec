"""Looks are in the audit log for a year: then nobody reads them, and the chain still holds."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from msgspec.structs import replace

from service.actions.verify_audit_log import verify_audit_log
from service.domain.audit_log import (
    BEGINNING,
    BLANK,
    AuditAction,
    AuditEntry,
    Link,
    Origin,
    digest,
    seal,
)
from service.domain.vocabulary import Actor
from service.relay.retention import forget_looks
from service.store import audit_log, deployment
from tests.integration.api.test_audit_log import entries_of

SUBJECT = "whereabouts:0192f000-0000-7000-8000-000000000001"
CONTENT = (
    "principal_id = NULL, credential_id = NULL, subject = 'look:blanked', before = '{}', "
    "after = '{}', reason = NULL, request_id = NULL, client_address = NULL"
)
ROW = "SELECT to_jsonb(e) FROM audit_entry e WHERE number = $1"


def update(change):
    return f"UPDATE audit_entry SET {change} WHERE number = $1"  # noqa: S608  # words of ours


BLANKING = update(f"{CONTENT}, blanked_at = clock_timestamp()")


@pytest.fixture
def append(runtime, market, keys):
    """Append an entry that is so old; return its number."""

    async def append_one(action=AuditAction.LOOK_AT_COURIER, *, days, is_hashed_whole=False):
        entry = AuditEntry(
            market_id=market,
            origin=Origin(
                actor=Actor.OPS,
                principal_id=uuid4(),
                credential_id="abcd1234",
                request_id="look-1",
                client_address="203.0.113.9",
            ),
            action=action,
            subject=SUBJECT,
        )
        async with runtime.pool.transaction() as conn:
            now = (await deployment.read_real_time(conn)).now
            head = await audit_log.lock_head(
                conn, market_id=market, beginning_sha256=BEGINNING.sha256
            )
            after = Link(number=head.number, sha256=head.sha256)
            (sealed,) = seal([entry], after=after, at=now - timedelta(days=days))
            if is_hashed_whole:  # as by a release of before
                sealed = replace(sealed, content_sha256=None)
                sealed = replace(sealed, sha256=digest(sealed))
            await audit_log.insert_entries(
                conn,
                market_id=market,
                entries=[sealed],
                number=sealed.number,
                sha256=sealed.sha256,
            )
        return sealed.number

    return append_one


@pytest.fixture
def verified(runtime, market):
    """Return what is wrong with the chain, also beside heads that were kept."""

    async def verify(*kept):
        return (await verify_audit_log(runtime, market_id=market, kept=kept)).violations

    return verify


async def test_after_a_year_nobody_reads_who_looked_at_what(
    runtime, conn, ops, market, append, verified
):
    old, young = await append(days=366), await append(days=364)
    act = await append(AuditAction.SUSPEND_COURIER, days=800)
    kept = (await verify_audit_log(runtime, market_id=market)).head
    before = {entry["number"]: entry for entry in await entries_of(ops)}
    assert [await forget_looks(runtime) for _ in range(2)] == [1, 0]
    after = {entry["number"]: entry for entry in await entries_of(ops)}
    assert {number for number in after if after[number] != before[number]} == {old}
    assert (after[young]["subject"], after[act]["client_address"]) == (SUBJECT, "203.0.113.9")
    left = after[old]
    assert left["blanked_at"] is not None
    told = {"before": {}, "after": {}}  # JSON texts in the table
    assert {name: left[name] for name in BLANK} == {**BLANK, **told}
    for name in ("number", "at", "actor", "action", "previous_sha256", "sha256"):
        assert left[name] == before[old][name]
    row = await conn.fetchval(ROW, old)
    assert "203.0.113.9" not in str(row)
    assert await verified(kept) == ()


async def test_a_chain_is_appended_to_behind_what_was_blanked(runtime, append, verified):
    await append(days=400)
    await forget_looks(runtime)
    await append(days=0)
    assert await verified() == ()


async def test_looks_of_before_there_was_an_end_stay(runtime, ops, append, verified):
    number = await append(days=800, is_hashed_whole=True)
    assert await forget_looks(runtime) == 0
    assert await verified() == ()
    assert (await entries_of(ops))[-1]["number"] == number
    assert (await entries_of(ops))[-1]["subject"] == SUBJECT


@pytest.mark.parametrize(
    "change",
    [
        "blanked_at = now()",
        f"{CONTENT}",
        f"{CONTENT.replace('client_address = NULL', 'client_address = client_address')}, "
        "blanked_at = clock_timestamp()",
        f"{CONTENT.replace('look:blanked', 'look:other')}, blanked_at = clock_timestamp()",
        f"{CONTENT}, blanked_at = clock_timestamp() + interval '1 hour'",
        f"{CONTENT}, blanked_at = clock_timestamp(), at = at - interval '1 s'",
        f"{CONTENT}, blanked_at = clock_timestamp(), action = 'look_at_proof'",
        f"{CONTENT}, blanked_at = clock_timestamp(), actor = 'system'",
        f"{CONTENT}, blanked_at = clock_timestamp(), number = number + 90",
        f"{CONTENT}, blanked_at = clock_timestamp(), sha256 = repeat('1', 64)",
        f"{CONTENT}, blanked_at = clock_timestamp(), content_sha256 = repeat('1', 64)",
        f"{CONTENT}, blanked_at = clock_timestamp(), previous_sha256 = repeat('1', 64)",
    ],
)
async def test_an_old_look_is_blanked_and_not_changed(conn, append, change):
    number = await append(days=400)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="never changed"):
        await conn.execute(update(change), number)
    assert await conn.execute(BLANKING, number) == "UPDATE 1"


@pytest.mark.parametrize(
    "which",
    [
        {"days": 29},
        {"days": 400, "action": AuditAction.SUSPEND_COURIER},
        {"days": 400, "is_hashed_whole": True},
    ],
)
async def test_nothing_is_blanked_but_a_look_that_is_old(conn, append, which):
    number = await append(**which)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="never changed"):
        await conn.execute(BLANKING, number)


async def test_what_was_blanked_is_not_written_anew(conn, append):
    number = await append(days=400)
    await conn.execute(BLANKING, number)
    for change in (CONTENT, f"subject = '{SUBJECT}'", "blanked_at = NULL"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="never changed"):
            await conn.execute(update(change), number)


async def test_what_was_blanked_too_early_or_behind_the_guard_shows(conn, append, verified):
    early = await append(days=100)
    await conn.execute(BLANKING, early)  # by who may write to the table
    assert await verified() == (f"entry {early} was blanked before its time",)
    act = await append(AuditAction.SUSPEND_COURIER, days=400)
    await conn.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    called = "blanked_at = clock_timestamp(), action = 'look_at_courier'"
    await conn.execute(update(f"{CONTENT}, {called}"), act)
    violations = await verified()
    assert f"entry {act} is not what was hashed" in violations
    assert f"entry {act} is blanked and no look" in violations


async def test_one_may_have_it_shorter(runtime, append, verified):
    await append(days=31)
    settings = replace(runtime.settings, look_retention_days=30)
    shorter = replace(runtime, settings=settings)
    assert await forget_looks(runtime) == 0
    assert await forget_looks(shorter) == 1
