"""Who has the link to a job: nobody that we know by name, and let in by the token in the path."""

from collections.abc import Awaitable, Callable

from litestar import Request
from litestar.datastructures import State
from msgspec import Struct

from service.actions.find_tracked import digest_of, find_tracked
from service.domain.ids import JobId, MarketId
from service.runtime import Runtime


class RecipientCaller(Struct, frozen=True, kw_only=True):
    job_id: JobId
    market_id: MarketId


async def find_recipient(
    runtime: Runtime, token: str, *, count: Callable[[str], Awaitable[None]]
) -> RecipientCaller:
    """Return whose token it is, once the request was counted by it, under its hash.

    Raises:
        NotFoundError: malformed, unknown or over; the answer does not say which.
        RateLimitedError: it was used too often.
    """
    digest = digest_of(token)
    await count(digest.hex())
    found = await find_tracked(runtime, digest=digest)
    return RecipientCaller(job_id=found.job_id, market_id=found.market_id)


def recipient_of_request(request: Request[object, RecipientCaller, State]) -> RecipientCaller:
    """Return whom the doorkeeper let in."""
    return request.auth
