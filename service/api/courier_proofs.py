"""A courier's pictures of a stop, uploaded before it is completed."""

from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal
from uuid import UUID

from litestar import Request, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.params import FromPath, QueryParameter

from service.actions.keep_proof import Upload, keep_proof
from service.api.callers import CourierCaller
from service.api.errors import UnsupportedMediaTypeError, problems
from service.api.http_guard import wait_longer
from service.api.present_proofs import proof_body
from service.api.process import ApiProcess
from service.api.rates import RateClass
from service.api.uploads import UPLOAD_S_MAX
from service.domain.ids import ProofId, StopId
from service.domain.permission import Right
from service.domain.picture import PictureType
from service.domain.proof import BYTES_MAX
from service.domain.vocabulary import ProofKind
from service.wire.proofs import ProofBody

CourierRequest = Request[object, CourierCaller, State]
Kind = Annotated[
    Literal["photo", "signature"],
    QueryParameter(description="signatures are PNG"),
]


@dataclass
class PictureUpload(Operation):
    """The operation with its body, of which the framework is told nothing else."""

    def __post_init__(self) -> None:
        binary = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        content = {type_.value: OpenAPIMediaType(schema=binary) for type_ in PictureType}
        self.request_body = RequestBody(content=content, required=True)


@put(
    "/v1/courier/stops/{stop_id:uuid}/proofs/{proof_id:uuid}",
    operation_id="keepProof",
    operation_class=PictureUpload,
    summary="Upload a picture of a stop",
    opt={"permission": Right.CARRY, "reads_body": True},
    request_max_body_size=max(BYTES_MAX.values()),
    responses=problems(404, 409, 413, 415, 422),
)
async def keep_one(
    *,
    stop_id: FromPath[UUID],
    proof_id: FromPath[UUID],
    kind: Kind,
    request: CourierRequest,
    caller: NamedDependency[CourierCaller],
    api: NamedDependency[ApiProcess],
) -> ProofBody:
    """Upload a photo or a signature, by an id that the app makes; then complete the stop with it.

    The same picture again, after a lost answer, changes nothing. It may come before the arrival.
    What cameras write into pictures is not kept, the orientation neither: turn them before. The
    hash in the answer is of what is kept.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in set(PictureType):
        raise UnsupportedMediaTypeError
    with api.uploads.place(caller.id):
        wait_longer(request.scope, wait_s_max=UPLOAD_S_MAX)
        content = await request.body()
        await api.rates.check(RateClass.UPLOAD, str(caller.id), count=ceil(len(content) / 1_024))
        upload = Upload(
            id=ProofId(proof_id),
            stop_id=StopId(stop_id),
            kind=ProofKind(kind),
            content=content,
        )
        proof = await keep_proof(
            api.runtime, courier_id=caller.id, market_id=caller.market_id, upload=upload
        )
    return proof_body(proof)


HANDLERS = [keep_one]
