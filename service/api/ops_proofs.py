"""The proofs of the market's jobs, as ops see them and do without."""

from uuid import UUID

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.find_job import find_job
from service.actions.waive_proof import waive_proof
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.present_ops import ops_job
from service.api.present_proofs import PICTURE, picture, proof_list
from service.api.process import ApiProcess
from service.domain.audit_log import Origin
from service.domain.errors import NotFoundError
from service.domain.ids import JobId, ProofId, StopId
from service.domain.look import look_at_proof
from service.domain.permission import Right
from service.runtime import Runtime
from service.store import proofs
from service.wire.ops_acts import WaiveProofBody
from service.wire.proofs import ProofList
from service.wire.rest import OpsJob

PATH = "/v1/ops/jobs/{job_id:uuid}/proofs"


@get(
    PATH,
    operation_id="opsListProofs",
    summary="List the proofs of a job",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def list_all(
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> ProofList:
    """List what the stops of a job ask for, and the proofs that were given, in order."""
    async with runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        found = await proofs.list_proofs(conn, job_id=job.id)
    return proof_list(job, found)


@get(
    PATH + "/{proof_id:uuid}/content",
    operation_id="opsGetProofContent",
    summary="Read the picture of a proof",
    opt={"permission": Right.OPS_READ},
    responses={200: PICTURE, **problems(404)},
)
async def read_content(
    job_id: FromPath[UUID],
    proof_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    api: NamedDependency[ApiProcess],
    origin: NamedDependency[Origin],
) -> Response[bytes]:
    """Read a photo or a signature, for 30 days. The audit log tells that it was looked at."""
    async with api.runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        found = await proofs.read_content(conn, proof_id=ProofId(proof_id), job_id=job.id)
    if found is None:
        raise NotFoundError("there is no such picture")
    look = look_at_proof(origin, proof_id=ProofId(proof_id), job_id=job.id)
    await api.looks.note(caller.market_id, [look])
    return picture(found)


@put(
    "/v1/ops/jobs/{job_id:uuid}/stops/{stop_id:uuid}/waiver",
    operation_id="waiveProof",
    summary="Have a stop done without a proof",
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def waive_one(
    *,
    job_id: FromPath[UUID],
    stop_id: FromPath[UUID],
    data: JSONBody[WaiveProofBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Set which proofs the stop is done without, until it is over; courier and merchant are told.

    An empty list asks for all of them again. Another attempt at the door asks for all of them, too.
    """
    job = await waive_proof(
        runtime,
        job_id=JobId(job_id),
        stop_id=StopId(stop_id),
        market_id=caller.market_id,
        kinds=data.waived_proofs,
        reason=data.reason,
        origin=origin,
    )
    return ops_job(job)


HANDLERS = [list_all, read_content, waive_one]
