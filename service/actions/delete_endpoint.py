"""Delete an endpoint, and, bit by bit, the log of what it was told."""

from service.domain.errors import NotFoundError
from service.domain.ids import EndpointId, MerchantId
from service.runtime import Runtime
from service.store import webhook_endpoints


async def delete_endpoint(
    runtime: Runtime, *, endpoint_id: EndpointId, merchant_id: MerchantId
) -> None:
    """Delete the endpoint; a call under way may still arrive.

    Raises:
        NotFoundError: there is none, or it is another's.
    """
    async with runtime.pool.transaction() as conn:
        retired = await webhook_endpoints.retire_endpoint(
            conn, endpoint_id=endpoint_id, merchant_id=merchant_id
        )
    if retired is None:
        raise NotFoundError("there is no such endpoint")
