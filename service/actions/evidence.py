"""What is on record of a stop's proofs: looked at before it is completed, and added to."""

from datetime import datetime

from msgspec import Struct

from service.domain.courier import Fix
from service.domain.ids import CourierId, ProofId
from service.domain.picture import Picture
from service.domain.proof import AcceptedProof, Evidence
from service.domain.stop import Stop
from service.domain.vocabulary import ProofKind
from service.store import proofs
from service.store.connection import Connection


class Shown(Struct, frozen=True, kw_only=True):
    """What the courier has to show for it: a code that was said, pictures that were uploaded."""

    code: str | None = None
    proof_ids: tuple[ProofId, ...] = ()


class Taken(Struct, frozen=True, kw_only=True):
    """A picture with what we know of it."""

    picture: Picture
    sha256: bytes  # of what is kept


async def look(conn: Connection, *, courier_id: CourierId, stop: Stop, shown: Shown) -> Evidence:
    """Return what there is to decide on; where nothing is asked or shown, nothing is read."""
    pictures: tuple[AcceptedProof, ...] = ()
    if shown.proof_ids:
        kept = await proofs.list_pictures_of_stop(conn, stop_id=stop.id, courier_id=courier_id)
        pictures = tuple(
            AcceptedProof(id=one.id, kind=one.kind, sha256=one.sha256.hex())
            for one in kept
            if one.id in shown.proof_ids
        )
    if ProofKind.CODE not in stop.asked_proofs:
        return Evidence(pictures=pictures)
    codes = await proofs.list_codes(conn, job_id=stop.job_id)
    tries = await proofs.list_tries(conn, job_id=stop.job_id, kind=stop.kind)
    here = (stop.id, courier_id)
    return Evidence(
        pictures=pictures,
        said_code=shown.code,
        right_code=next((one.code for one in codes if one.kind is stop.kind), None),
        tried_codes=frozenset(one.code for one in tries if (one.stop_id, one.courier_id) == here),
        tried_codes_of_job=frozenset(one.code for one in tries),
    )


async def record(
    conn: Connection,
    *,
    proof_id: ProofId,
    courier_id: CourierId,
    stop: Stop,
    kind: ProofKind,
    taken: Taken | None,
    fix: Fix | None,
    now: datetime,
) -> None:
    """Record a proof with the moment and the place; a code that was right has no picture."""
    await proofs.create_proof(
        conn,
        proof_id=proof_id,
        job_id=stop.job_id,
        stop_id=stop.id,
        courier_id=courier_id,
        kind=kind,
        media_type=None if taken is None else taken.picture.type,
        width_px=None if taken is None else taken.picture.width_px,
        height_px=None if taken is None else taken.picture.height_px,
        sha256=None if taken is None else taken.sha256,
        content=None if taken is None else taken.picture.content,
        created_at=now,
        lat_deg=None if fix is None else fix.point.lat_deg,
        lng_deg=None if fix is None else fix.point.lng_deg,
        accuracy_m=None if fix is None else fix.accuracy_m,
    )
