"""What is done once per key, whatever the network does to the answer."""

from msgspec import Struct

from service.domain.errors import IdempotencyMismatchError
from service.domain.ids import MerchantId
from service.store import idempotency
from service.store.connection import Connection


class Once(Struct, frozen=True, kw_only=True):
    """A request that its client may repeat, under a key of the client's."""

    merchant_id: MerchantId
    key: str
    request_sha256: bytes
    former_sha256: bytes | None = None  # as the version before would have kept it

    def check_same(self, stored_sha256: bytes) -> None:
        """Check that what was kept under the key is of this request.

        Raises:
            IdempotencyMismatchError: the key was used with another one.
        """
        if stored_sha256 not in (self.request_sha256, self.former_sha256):
            raise IdempotencyMismatchError("this key was used with another request")


async def find_done(conn: Connection, once: Once) -> bytes | None:
    """Return what was kept when the request was carried out; None: it was not.

    To be asked behind a lock that all with the same request wait for: the second then finds what
    the first has kept.

    Raises:
        IdempotencyMismatchError: the key was used with another request.
    """
    stored = await idempotency.find_response(conn, merchant_id=once.merchant_id, key=once.key)
    if stored is None:
        return None
    once.check_same(stored.request_sha256)
    return stored.body


async def keep_done(conn: Connection, once: Once, *, status_code: int, body: bytes) -> None:
    """Keep what the answer is made of, in the transaction that carries the request out.

    Raises:
        IdempotencyMismatchError: the key was used meanwhile, with another request.
    """
    reserved = await idempotency.reserve_key(
        conn,
        merchant_id=once.merchant_id,
        key=once.key,
        request_sha256=once.request_sha256,
        status_code=status_code,
        body=body,
    )
    if reserved is None:
        raise IdempotencyMismatchError("this key was used with another request")
