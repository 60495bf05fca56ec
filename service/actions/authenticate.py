"""Find out whose key it is."""

from msgspec import Struct

from service.actions.keys import is_same, parse_key
from service.domain.errors import UnauthenticatedError
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.runtime import Runtime
from service.store import credentials


class Principal(Struct, frozen=True, kw_only=True):
    """Who is calling; exactly one of the ids is set."""

    market_id: MarketId
    merchant_id: MerchantId | None = None
    courier_id: CourierId | None = None
    operator_id: OperatorId | None = None


async def authenticate(runtime: Runtime, *, key_text: str) -> Principal:
    """Return the principal of this key.

    Raises:
        UnauthenticatedError: not a key, unknown or revoked; the answer does not say which.
    """
    parsed = parse_key(key_text)
    if parsed is None:
        raise UnauthenticatedError("the key is not valid")
    credential_id, secret_sha256 = parsed
    async with runtime.pool.connection() as conn:
        found = await credentials.find_credential(conn, credential_id=credential_id)
    if not is_same(secret_sha256, found.secret_sha256 if found else bytes(32)) or found is None:
        raise UnauthenticatedError("the key is not valid")
    return Principal(
        market_id=found.market_id,
        merchant_id=found.merchant_id,
        courier_id=found.courier_id,
        operator_id=found.operator_id,
    )
