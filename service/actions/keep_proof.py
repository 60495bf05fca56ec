"""Keep a picture that a courier has taken at a stop: once, however often it is sent."""

import hashlib
from datetime import UTC, datetime

import structlog
from msgspec import Struct

from service.actions.evidence import Taken, record
from service.domain import proof as proofs_domain
from service.domain.courier import Fix
from service.domain.errors import IdempotencyMismatchError, InvalidStateTransitionError
from service.domain.geo import Point
from service.domain.ids import CourierId, MarketId, ProofId, StopId
from service.domain.picture import read_picture
from service.domain.proof import Proof
from service.domain.stop import Stop
from service.domain.vocabulary import ProofKind
from service.domain.work import find_stop
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.runtime import Runtime
from service.store import deployment, proofs
from service.store.connection import Connection
from service.store.works import open_work

log = structlog.get_logger()


class Upload(Struct, frozen=True, kw_only=True):
    """A picture as it was sent, by an id that the app has made for it."""

    id: ProofId
    stop_id: StopId
    kind: ProofKind
    content: bytes


async def keep_proof(
    runtime: Runtime, *, courier_id: CourierId, market_id: MarketId, upload: Upload
) -> Proof:
    """Keep the picture with the moment and the place, and return what is on record.

    Where and by what it was taken, as cameras write into pictures, is not kept (`picture`).

    It may be sent before the arrival is confirmed, and again after the stop is done, if the answer
    was lost: apps come out of tunnels.

    Raises:
        ProofInvalidError: it is no picture of its kind.
        NotFoundError: the courier has no such stop.
        InvalidStateTransitionError: the stop is over.
        IdempotencyMismatchError: another picture has this id.
    """
    picture = read_picture(upload.content)
    proofs_domain.check_picture(upload.kind, picture, bytes_count=len(upload.content))
    fix = await _find_fix(runtime, courier_id=courier_id, market_id=market_id)

    taken = Taken(picture=picture, sha256=hashlib.sha256(picture.content).digest())

    async def work(conn: Connection) -> Proof:
        known = await proofs.read_proof(conn, proof_id=upload.id)
        if known is None:
            stop = await _open(conn, courier_id, upload)
            known = await proofs.read_proof(conn, proof_id=upload.id)
            if known is None:  # still: it may have been sent twice at once
                await _make_room(conn, courier_id, upload)
            now = (await deployment.read_market_time(conn)).now
            await record(
                conn,
                proof_id=upload.id,
                courier_id=courier_id,
                stop=stop,
                kind=upload.kind,
                taken=taken,
                fix=fix,
                now=now,
            )
            known = await proofs.read_proof(conn, proof_id=upload.id)
            assert known is not None
        said = (courier_id, upload.stop_id, upload.kind)
        # older processes kept pictures as they came
        is_same = known.sha256 in (taken.sha256, hashlib.sha256(upload.content).digest())
        if not is_same or (known.courier_id, known.stop_id, known.kind) != said:
            raise IdempotencyMismatchError("another picture has this id")
        return known

    return await runtime.transact(market_id, work)


async def _open(conn: Connection, courier_id: CourierId, upload: Upload) -> Stop:
    """Lock the courier's work; return the stop."""
    opened = await open_work(conn, courier_id=courier_id)
    stop = find_stop(opened.work, upload.stop_id)
    if not stop.is_unfinished:
        raise InvalidStateTransitionError("stop", stop.status, "be proven")
    return stop


async def _make_room(conn: Connection, courier_id: CourierId, upload: Upload) -> None:
    """Let one of the stop's pictures go, if it has as many as it may."""
    kept = await proofs.list_pictures_of_stop(conn, stop_id=upload.stop_id, courier_id=courier_id)
    former = proofs_domain.superseded([(one.id, one.kind) for one in kept], upload.kind)
    if former is not None:
        await proofs.delete_picture(conn, proof_id=former)


async def _find_fix(runtime: Runtime, *, courier_id: CourierId, market_id: MarketId) -> Fix | None:
    """Return where the courier was seen last; None where nobody knows, or Redis is away."""
    try:
        fixes = await positions.read_fixes(runtime.redis, market_id, [courier_id])
    except LiveUnavailableError as error:
        log.debug("index_unreachable", market=market_id, error=repr(error))
        return None
    fix = fixes.get(courier_id)
    if fix is None:
        return None
    received_at = datetime.fromtimestamp(fix.received_at_ms / 1_000.0, UTC)
    point = Point(fix.lat_deg, fix.lng_deg)
    return Fix(point=point, accuracy_m=fix.accuracy_m, received_at=received_at)
