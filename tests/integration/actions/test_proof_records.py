"""Proofs on record: whole, never changed, and gone after their time or with whom they show."""

import hashlib
import zlib
from datetime import timedelta
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from service.actions.complete_stop import complete_stop
from service.actions.erase_data import erase_courier, erase_recipient
from service.actions.evidence import Shown
from service.actions.export_data import export_courier, export_recipient, pictures_of
from service.actions.find_deliveries import Sought
from service.actions.keep_proof import Upload, keep_proof
from service.actions.set_status import Offline, set_status
from service.domain.errors import ProofMismatchError
from service.domain.facts import JobSnapshot
from service.domain.geo import Point
from service.domain.job import PlaceRequest
from service.domain.lifecycle import StopKind
from service.domain.proof import AcceptedProof
from service.domain.vocabulary import Actor, ProofKind
from service.relay.retention import DAY_S, forget_record
from service.simulation.pictures import png
from service.store import proofs

PHOTO = png(320, 240)
CODE = "4711"
DOOR = PlaceRequest(
    point=Point(48.1985, 16.3629),
    address="Naschmarkt 5",
    contact_name="Max",
    contact_phone="+4315331234",
    instructions=None,
    required_proofs=(ProofKind.CODE, ProofKind.PHOTO),
    code=CODE,
)


@pytest.fixture
async def at_the_door(online, accepted, complete, arrive, read):
    """A job whose parcel is at the door, where a code and a photo are asked for."""
    job = await read(await accepted(dropoff=DOOR))
    await complete(online[0], job.latest(StopKind.PICKUP))
    await arrive(online[0], job.latest(StopKind.DROPOFF))
    return await read(job.id)


@pytest.fixture
def keep(runtime, market, online, at_the_door):
    """Upload a photo of the door."""

    async def keep_one(content=PHOTO, *, proof_id=None):
        stop_id = at_the_door.latest(StopKind.DROPOFF).id
        upload = Upload(
            id=proof_id or uuid4(), stop_id=stop_id, kind=ProofKind.PHOTO, content=content
        )
        return await keep_proof(runtime, courier_id=online[0], market_id=market, upload=upload)

    return keep_one


@pytest.fixture
def say(runtime, market, online, at_the_door, keep):
    """Say that the stop is done, with a code and a photo."""

    async def say_one(code):
        photo = await keep()
        await complete_stop(
            runtime,
            courier_id=online[0],
            market_id=market,
            stop_id=at_the_door.latest(StopKind.DROPOFF).id,
            shown=Shown(code=code, proof_ids=(photo.id,)),
        )

    return say_one


async def test_a_record_is_never_changed_not_even_by_hand(conn, say):
    await say(CODE)
    for statement in (
        "UPDATE proof SET created_at = now()",
        "UPDATE proof SET content = NULL",
        "TRUNCATE proof",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)


async def test_a_record_is_a_picture_or_none(conn, say):
    await say(CODE)
    copied = """
    INSERT INTO proof (id, job_id, stop_id, courier_id, created_at, kind, media_type)
    SELECT gen_random_uuid(), job_id, stop_id, courier_id, now(), $1, $2 FROM proof LIMIT 1
    """
    for kind, media_type in (("photo", None), ("code", "image/png")):
        with pytest.raises(asyncpg.CheckViolationError):
            await conn.execute(copied, kind, media_type)


async def test_a_stop_says_for_good_which_pictures_it_was_completed_with(
    runtime, conn, market, online, keep, read, at_the_door
):
    door = at_the_door.latest(StopKind.DROPOFF)
    kept = [await keep(png(320, 240, grey=grey)) for grey in (10, 20, 30)]
    await complete_stop(
        runtime,
        courier_id=online[0],
        market_id=market,
        stop_id=door.id,
        shown=Shown(code=CODE, proof_ids=(kept[1].id, uuid4())),
    )
    accepted = (AcceptedProof(id=kept[1].id, kind=ProofKind.PHOTO, sha256=kept[1].sha256.hex()),)
    assert (await read(at_the_door.id)).latest(StopKind.DROPOFF).accepted_proofs == accepted
    fact = await conn.fetchval("SELECT body FROM fact WHERE type = 'job.delivered'")
    assert msgspec.json.decode(fact, type=JobSnapshot).stops[1].accepted_proofs == accepted
    shown = await proofs.read_accepted_photo(conn, job_id=at_the_door.id)
    assert shown.sha256 == kept[1].sha256


async def test_what_a_camera_writes_into_a_photo_is_not_kept(conn, keep):
    text = b"tEXtplace\x0048.2082 N"
    written = len(text[4:]).to_bytes(4, "big") + text + zlib.crc32(text).to_bytes(4, "big")
    proof_id = uuid4()
    for _ in range(2):  # the answer was lost
        kept = await keep(PHOTO[:33] + written + PHOTO[33:], proof_id=proof_id)
    assert await conn.fetchval("SELECT content FROM proof") == PHOTO
    assert (kept.sha256, kept.bytes_count) == (hashlib.sha256(PHOTO).digest(), len(PHOTO))


async def test_where_redis_knows_nothing_a_proof_has_no_place(keep):
    kept = await keep()
    assert (kept.lat_deg, kept.lng_deg, kept.accuracy_m) == (None, None, None)


async def test_a_wrong_code_is_on_record_although_nothing_else_has_changed(
    conn, say, read, at_the_door
):
    for _ in range(2):
        with pytest.raises(ProofMismatchError):
            await say("0000")
    assert await conn.fetch("SELECT code FROM proof_code_try") == [("0000",)]
    assert await read(at_the_door.id) == at_the_door


async def test_after_their_time_proofs_go_and_that_they_were_given_stays(
    runtime, conn, say, read, at_the_door
):
    await say(CODE)
    await forget_record(runtime)
    assert await conn.fetchval("SELECT count(*) FROM proof") == 2
    age = timedelta(seconds=runtime.settings.proof_retention_days * DAY_S - 60)
    await conn.execute("ALTER TABLE proof DISABLE TRIGGER proof_is_final")
    await conn.execute("UPDATE proof SET created_at = created_at - $1::interval", age)
    await forget_record(runtime)
    assert await conn.fetchval("SELECT count(*) FROM proof") == 2
    await conn.execute("UPDATE proof SET created_at = created_at - interval '2 min'")
    await forget_record(runtime)
    assert await conn.fetchval("SELECT count(*) FROM proof") == 0
    door = (await read(at_the_door.id)).latest(StopKind.DROPOFF)
    assert door.given_proofs == (ProofKind.CODE, ProofKind.PHOTO)


async def test_a_recipient_is_told_of_proofs_and_forgotten_with_them(runtime, market, conn, say):
    with pytest.raises(ProofMismatchError):
        await say("0000")
    await say(CODE)
    who = Sought(phone=DOOR.contact_phone, name=None)
    told = await export_recipient(runtime, market_id=market, sought=who)
    (delivery,) = told["deliveries"]
    code, *photos = sorted(delivery["proofs"], key=lambda proof: proof["kind"])
    assert (code["picture"], photos[0]["bytes_count"]) == (None, len(PHOTO))
    pictures = [each async for each in pictures_of(runtime, told)]
    assert sorted(pictures) == sorted((photo["picture"], PHOTO) for photo in photos)
    assert await erase_recipient(runtime, market_id=market, sought=who) == 1
    for table in ("proof", "proof_code", "proof_code_try"):
        assert await conn.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608  # ours


async def test_a_courier_is_told_of_proofs_and_of_what_was_said(runtime, market, online, conn, say):
    with pytest.raises(ProofMismatchError):
        await say("0000")
    await say(CODE)
    told = (await export_courier(runtime, courier_id=online[0]))["proofs"]
    assert sorted(proof["kind"] for proof in told) == ["code", "photo", "photo"]
    await set_status(
        runtime, courier_id=online[0], market_id=market, duty=Offline(), actor=Actor.COURIER
    )
    await erase_courier(runtime, courier_id=online[0])
    assert await conn.fetchval("SELECT count(*) FROM proof_code_try") == 0


async def test_a_code_that_was_said_is_forgotten_and_one_that_was_not_is_kept(
    runtime, conn, say, post
):
    await post(pickup=DOOR)
    await say(CODE)
    kinds = [row["kind"] for row in await conn.fetch("SELECT kind FROM proof_code")]
    assert kinds == ["pickup"]


async def test_where_a_courier_was_is_forgotten_with_the_courier_and_nothing_else_of_a_proof(
    runtime, market, online, conn, say, at_the_door
):
    await say(CODE)
    await conn.execute("ALTER TABLE proof DISABLE TRIGGER proof_is_final")
    await conn.execute("UPDATE proof SET lat_deg = 48.2, lng_deg = 16.36, accuracy_m = 5.0")
    await conn.execute("ALTER TABLE proof ENABLE TRIGGER proof_is_final")
    for change in ("lat_deg = 1.0", "accuracy_m = NULL", "kind = 'signature'", "sha256 = NULL"):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
            await conn.execute(f"UPDATE proof SET {change}")  # noqa: S608  # ours
    before = await conn.fetch("SELECT id, kind, sha256, content, created_at FROM proof ORDER BY id")
    await set_status(
        runtime, courier_id=online[0], market_id=market, duty=Offline(), actor=Actor.COURIER
    )
    await erase_courier(runtime, courier_id=online[0])
    assert await conn.fetchval("SELECT count(lat_deg) + count(lng_deg) FROM proof") == 0
    assert await conn.fetchval("SELECT count(accuracy_m) FROM proof") == 0
    after = await conn.fetch("SELECT id, kind, sha256, content, created_at FROM proof ORDER BY id")
    assert after == before


async def test_of_two_who_upload_at_once_under_one_id_one_is_kept(
    runtime, market, online, at_the_door
):
    """The loser of the race reads what the winner wrote; so the insert itself must not fail."""
    stop = at_the_door.latest(StopKind.DROPOFF)
    upload = Upload(id=uuid4(), stop_id=stop.id, kind=ProofKind.PHOTO, content=PHOTO)
    first = await keep_proof(runtime, courier_id=online[0], market_id=market, upload=upload)
    async with runtime.pool.connection() as other:
        await proofs.create_proof(
            other,
            proof_id=first.id,
            job_id=stop.job_id,
            stop_id=stop.id,
            courier_id=online[0],
            kind=ProofKind.CODE,
            media_type=None,
            width_px=None,
            height_px=None,
            sha256=None,
            content=None,
            created_at=runtime.clock.now(),
            lat_deg=None,
            lng_deg=None,
            accuracy_m=None,
        )
        assert await proofs.read_proof(other, proof_id=first.id) == first
