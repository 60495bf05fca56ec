"""Find out whose key it is."""

from msgspec import Struct

from service.actions.keys import is_same, parse_key
from service.domain.errors import UnauthenticatedError
from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.runtime import Runtime
from service.store import credentials
from service.store.credentials import Credential


class Principal(Struct, frozen=True, kw_only=True):
    """Who is calling, and with which key; exactly one of the other ids is set."""

    credential_id: str
    market_id: MarketId
    merchant_id: MerchantId | None = None
    courier_id: CourierId | None = None
    operator_id: OperatorId | None = None


async def authenticate(runtime: Runtime, *, key_text: str) -> Principal:
    """Return the principal of this key.

    Raises:
        UnauthenticatedError: not a key, unknown or revoked; the answer does not say which.
        UnavailableError: Postgres is away.
    """
    credential_id, secret_sha256 = read_key(key_text)
    async with runtime.pool.connection() as conn:
        found = await credentials.read_credentials(conn, credential_ids=[credential_id])
    return identify(found[0] if found else None, secret_sha256=secret_sha256)


def read_key(key_text: str) -> tuple[str, bytes]:
    """Return the id of the credential and the hash of the secret.

    Raises:
        UnauthenticatedError: this is no key of ours.
    """
    parsed = parse_key(key_text)
    if parsed is None:
        raise UnauthenticatedError("the key is not valid")
    return parsed


def identify(found: Credential | None, *, secret_sha256: bytes) -> Principal:
    """Return whose credential it is, if the secret is the right one.

    Raises:
        UnauthenticatedError: there is no such credential, or the secret is another.
    """
    if not is_same(secret_sha256, found.secret_sha256 if found else bytes(32)) or found is None:
        raise UnauthenticatedError("the key is not valid")
    return Principal(
        credential_id=found.id,
        market_id=found.market_id,
        merchant_id=found.merchant_id,
        courier_id=found.courier_id,
        operator_id=found.operator_id,
    )
