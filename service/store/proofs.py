"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, JobId, ProofId, StopId
from service.domain.lifecycle import StopKind
from service.domain.picture import PictureType
from service.domain.proof import Proof
from service.domain.vocabulary import ProofKind
from service.store.connection import Connection, rows_count, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("proofs")


class Content(Struct, frozen=True, kw_only=True):
    """A picture."""

    media_type: PictureType
    sha256: bytes
    content: bytes


class PictureKey(Struct, frozen=True, kw_only=True):
    id: ProofId
    kind: ProofKind
    sha256: bytes


class StopCode(Struct, frozen=True, kw_only=True):
    """What is to be said at a job's stop of this kind."""

    kind: StopKind
    code: str


class Try(Struct, frozen=True, kw_only=True):
    """A wrong code, and who said it where."""

    stop_id: StopId
    courier_id: CourierId
    code: str


async def create_proof(
    conn: Connection,
    *,
    proof_id: ProofId,
    job_id: JobId,
    stop_id: StopId,
    courier_id: CourierId,
    kind: ProofKind,
    media_type: PictureType | None,
    width_px: int | None,
    height_px: int | None,
    sha256: bytes | None,
    content: bytes | None,
    created_at: datetime,
    lat_deg: float | None,
    lng_deg: float | None,
    accuracy_m: float | None,
) -> None:
    await conn.execute(
        _SQL["create_proof"],
        proof_id,
        job_id,
        stop_id,
        courier_id,
        kind,
        media_type,
        width_px,
        height_px,
        sha256,
        content,
        created_at,
        lat_deg,
        lng_deg,
        accuracy_m,
    )


async def read_proof(conn: Connection, *, proof_id: ProofId) -> Proof | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_proof"], proof_id), Proof)


async def list_proofs(conn: Connection, *, job_id: JobId) -> list[Proof]:
    return to_structs(await conn.fetch(_SQL["list_proofs"], job_id), Proof)


async def list_pictures_of_stop(
    conn: Connection, *, stop_id: StopId, courier_id: CourierId
) -> list[PictureKey]:
    rows = await conn.fetch(_SQL["list_pictures_of_stop"], stop_id, courier_id)
    return to_structs(rows, PictureKey)


async def delete_picture(conn: Connection, *, proof_id: ProofId) -> None:
    await conn.execute(_SQL["delete_picture"], proof_id)


async def read_content(conn: Connection, *, proof_id: ProofId, job_id: JobId) -> Content | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_content"], proof_id, job_id), Content)


async def read_accepted_photo(conn: Connection, *, job_id: JobId) -> Content | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_accepted_photo"], job_id), Content)


async def create_codes(
    conn: Connection, *, job_id: JobId, kinds: Sequence[StopKind], codes: Sequence[str]
) -> None:
    await conn.execute(_SQL["create_codes"], job_id, kinds, codes)


async def list_codes(conn: Connection, *, job_id: JobId) -> list[StopCode]:
    return to_structs(await conn.fetch(_SQL["list_codes"], job_id), StopCode)


async def delete_code(conn: Connection, *, job_id: JobId, kind: StopKind) -> None:
    await conn.execute(_SQL["delete_code"], job_id, kind)


async def list_tries(conn: Connection, *, job_id: JobId, kind: StopKind) -> list[Try]:
    return to_structs(await conn.fetch(_SQL["list_tries"], job_id, kind), Try)


async def note_try(conn: Connection, *, stop_id: StopId, courier_id: CourierId, code: str) -> None:
    await conn.execute(_SQL["note_try"], stop_id, courier_id, code)


async def forget_tries(conn: Connection, *, job_id: JobId) -> None:
    await conn.execute(_SQL["forget_tries"], job_id)


async def delete_old_proofs(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_proofs"], older_than_s, limit_count))


async def delete_codes_of_ended(conn: Connection, *, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_codes_of_ended"], limit_count))


async def delete_tries_of_ended(conn: Connection, *, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_tries_of_ended"], limit_count))
