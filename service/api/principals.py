"""Whose key it is, remembered for a few seconds, and many asked at once: to spare Postgres.

The price: a revoked key opens the door for that long. Only good keys are remembered, by digest.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from service.actions.authenticate import Principal, identify, read_key
from service.api.batched import Batched
from service.clock import monotonic_s
from service.runtime import Runtime
from service.store import credentials
from service.store.credentials import Credential

REMEMBERED_S = 5.0
REMEMBERED_COUNT_MAX = 10_000


class Principals:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._credentials = Batched[str, Credential](self._read)
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def find(self, key_text: str) -> Principal:
        """Return the principal of this key.

        Raises:
            UnauthenticatedError: not a key, unknown or revoked; the answer does not say which.
            UnavailableError: Postgres is away.
        """
        digest = hashlib.sha256(key_text.encode()).digest()
        now_s = monotonic_s()
        until_s, principal = self._known.get(digest, (0.0, None))
        if principal is None or until_s <= now_s:
            credential_id, secret_sha256 = read_key(key_text)
            found = await self._credentials.ask(credential_id)
            principal = identify(found, secret_sha256=secret_sha256)
            self._known[digest] = (now_s + REMEMBERED_S, principal)
            self._known.move_to_end(digest)
            if len(self._known) > REMEMBERED_COUNT_MAX:
                self._known.popitem(last=False)
        return principal

    async def run(self) -> None:
        """Read the credentials that are asked for; never returns."""
        await self._credentials.run()

    async def _read(self, credential_ids: Sequence[str]) -> dict[str, Credential]:
        async with self._runtime.pool.connection() as conn:
            found = await credentials.read_credentials(conn, credential_ids=credential_ids)
        return {credential.id: credential for credential in found}
