"""Find a merchant's endpoint, in a transaction of somebody else's."""

from service.domain.errors import NotFoundError
from service.domain.ids import EndpointId, MerchantId
from service.store import webhook_endpoints
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint


async def find_endpoint(
    conn: Connection, *, endpoint_id: EndpointId, merchant_id: MerchantId
) -> Endpoint:
    """Return the endpoint.

    Raises:
        NotFoundError: there is none, or it is another's.
    """
    found = await webhook_endpoints.read_endpoint(
        conn, endpoint_id=endpoint_id, merchant_id=merchant_id
    )
    if found is None:
        raise NotFoundError("there is no such endpoint")
    return found
