"""The recipient's door: what the link to a job shows, and what may be said by it.

Pages ask again every few seconds and bring the `ETag` of what they have: a poll that brings nothing
new costs no body, goes through every proxy, and has nothing to resume.
"""

import hashlib
from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, JSONBody, PathParameter

from service.actions.find_tracked import see, see_photo
from service.actions.rate_delivery import rate_delivery
from service.actions.wish_as_recipient import wish_as_recipient
from service.api.errors import problems
from service.api.present_proofs import PICTURE, picture
from service.api.present_tracking import tracking_body
from service.api.recipients import RecipientCaller
from service.domain.permission import Right
from service.domain.rating import rate
from service.domain.recipient_wish import RecipientWish
from service.domain.tracking_token import TOKEN_PATTERN
from service.runtime import Runtime
from service.wire.tracking import RatingBody, RecipientInstructionsBody, TrackingBody

PATH = "/v1/tracking/{token:str}"

# The guard answers what is none: not found, like any other that opens nothing.
Token = Annotated[str, PathParameter(pattern=f"^{TOKEN_PATTERN}(?![\\s\\S])")]
IfNoneMatch = Annotated[
    str | None, HeaderParameter(name="If-None-Match", description="the ETag of what is known")
]
_SHOWN = ResponseSpec(TrackingBody, generate_examples=False, description="The delivery")
_UNCHANGED = ResponseSpec(None, description="Nothing is new")


@get(
    PATH,
    operation_id="getTracking",
    summary="Follow a delivery",
    opt={"permission": Right.TRACK},
    responses={200: _SHOWN, 304: _UNCHANGED, **problems(404)},
)
async def show(
    *,
    token: Token,  # noqa: ARG001  # the guard has looked it up
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
    if_none_match: IfNoneMatch = None,
) -> Response[bytes]:
    """Show the delivery, to whoever has the link, until two hours after its end."""
    body = await _body(runtime, recipient)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if if_none_match is not None and etag in if_none_match:  # proxies call it weak
        return Response(b"", status_code=304, headers={"ETag": etag})
    return Response(body, media_type="application/json", headers={"ETag": etag})


@put(
    PATH + "/instructions",
    operation_id="instructCourier",
    summary="Say how to deliver",
    opt={"permission": Right.TRACK},
    responses={200: _SHOWN, **problems(404, 409, 413, 415)},
)
async def instruct(
    *,
    token: Token,  # noqa: ARG001  # the guard has looked it up
    data: JSONBody[RecipientInstructionsBody],
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
) -> Response[bytes]:
    """Say how to deliver and where it may be left, until the courier is on the way to the door."""
    await wish_as_recipient(
        runtime,
        job_id=recipient.job_id,
        market_id=recipient.market_id,
        wish=RecipientWish(instructions=data.instructions, safe_place=data.safe_place),
    )
    return Response(await _body(runtime, recipient), media_type="application/json")


@post(
    PATH + "/rating",
    operation_id="rateDelivery",
    summary="Rate a delivery",
    status_code=200,
    opt={"permission": Right.TRACK},
    responses={200: _SHOWN, **problems(404, 409, 413, 415)},
)
async def rate_one(
    *,
    token: Token,  # noqa: ARG001  # the guard has looked it up
    data: JSONBody[RatingBody],
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
) -> Response[bytes]:
    """Rate a delivery that was made, once; the same again changes nothing."""
    rating = rate(score=data.score, tags=data.tags, comment=data.comment)
    await rate_delivery(runtime, job_id=recipient.job_id, rating=rating)
    return Response(await _body(runtime, recipient), media_type="application/json")


@get(
    PATH + "/photo",
    operation_id="getTrackingPhoto",
    summary="See where it was left",
    opt={"permission": Right.TRACK},
    responses={200: PICTURE, 204: ResponseSpec(None, description="There is none"), **problems(404)},
)
async def show_photo(
    *,
    token: Token,  # noqa: ARG001  # the guard has looked it up
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
) -> Response[bytes]:
    """See the photo of where it was left, if the market shows it (`has_photo`)."""
    found = await see_photo(runtime, job_id=recipient.job_id, market_id=recipient.market_id)
    return Response(b"", status_code=204) if found is None else picture(found)


async def _body(runtime: Runtime, recipient: RecipientCaller) -> bytes:
    seen = await see(runtime, job_id=recipient.job_id, market_id=recipient.market_id)
    return msgspec.json.encode(tracking_body(seen))


HANDLERS = [show, instruct, rate_one, show_photo]
