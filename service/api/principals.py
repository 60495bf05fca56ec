"""Whose key it is, remembered for a few seconds, and many asked at once: to spare Postgres.

The price: a revoked key opens the door for that long. Only good keys are remembered, and of them
the digest. When a key was last used is written once a minute, for all that were.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence

from service.actions.authenticate import (
    Principal,
    at_market,
    check_address,
    identify,
    principal_of,
    read_key,
)
from service.actions.keys import Claim
from service.api.batched import Batched
from service.clock import monotonic_s
from service.domain.allow_list import Address, is_allowed
from service.domain.errors import UnauthenticatedError
from service.domain.vocabulary import CredentialKind
from service.live.batches import in_batches
from service.runtime import Runtime
from service.store import credentials
from service.store.credentials import Credential

REMEMBERED_S = 5.0
REMEMBERED_COUNT_MAX = 10_000
USES_WRITTEN_S = 60.0

OF_HEADER = frozenset({CredentialKind.KEY, CredentialKind.DEVICE})


class Principals:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._credentials = Batched[str, Credential](self._read)
        self._known: OrderedDict[Claim, tuple[float, Principal]] = OrderedDict()
        self._used: set[str] = set()

    async def find(
        self,
        key_text: str,
        *,
        address: Address | None,
        kinds: Collection[CredentialKind] = OF_HEADER,
    ) -> Principal:
        """Return the principal of this key, which is of one of the kinds.

        A key that is used from where it may not be is refused as an unknown one is, and as late.

        Args:
            key_text: as it was brought.
            address: where it comes from, or None where nobody knows.
            kinds: that open this door.

        Raises:
            UnauthenticatedError: not a key, unknown or over; the answer does not say which.
            UnavailableError: Postgres is away.
        """
        claim = read_key(key_text)
        if claim.kind not in kinds:
            raise UnauthenticatedError("the key is not valid")
        now_s = monotonic_s()
        until_s, principal = self._known.get(claim, (0.0, None))
        if principal is None or until_s <= now_s:
            found = await self._credentials.ask(claim.credential_id)
            principal = identify(found, claim=claim)
            self._known[claim] = (now_s + REMEMBERED_S, principal)
            self._known.move_to_end(claim)
            if len(self._known) > REMEMBERED_COUNT_MAX:
                self._known.popitem(last=False)
            self._note_used(principal)
        elif not is_allowed(principal.allowed_from, address):
            await self._credentials.ask(claim.credential_id)
        check_address(principal, address)
        return principal

    async def look_up(self, principal: Principal) -> Principal:
        """Return the principal as they are now, who has shown their credential a moment ago.

        Nothing is remembered here: whom a ticket stands for may have been let go since.

        Raises:
            UnauthenticatedError: the credential is over.
            ForbiddenError: an operator is not admitted to that market any more.
            UnavailableError: Postgres is away.
        """
        found = await self._credentials.ask(principal.credential_id)
        if found is None:
            raise UnauthenticatedError("the key is not valid")
        return at_market(principal_of(found), principal.market_id)

    def forget(self, credential_id: str) -> None:
        """Look anew when the credential is used next: it was just ended here."""
        for claim in [known for known in self._known if known.credential_id == credential_id]:
            del self._known[claim]

    async def run(self) -> None:
        """Read the credentials that are asked for; never returns."""
        await self._credentials.run()

    async def write_uses(self) -> None:
        """Write now and then which credentials were used; never returns."""
        while True:
            await asyncio.sleep(USES_WRITTEN_S)
            await self.write_uses_once()

    async def write_uses_once(self) -> None:
        """Write which credentials were used since this was done last.

        Raises:
            UnavailableError: Postgres is away; some uses are not written.
        """
        used, self._used = sorted(self._used), set()
        for ids in in_batches(used):
            async with self._runtime.pool.connection() as conn:
                await credentials.note_used(conn, credential_ids=ids)

    def _note_used(self, principal: Principal) -> None:
        """Note it, but not for couriers: they are thousands, and seen by their sockets."""
        if principal.courier_id is None and len(self._used) < REMEMBERED_COUNT_MAX:
            self._used.add(principal.credential_id)

    async def _read(self, credential_ids: Sequence[str]) -> dict[str, Credential]:
        async with self._runtime.pool.connection() as conn:
            found = await credentials.read_credentials(conn, credential_ids=credential_ids)
        return {credential.id: credential for credential in found}
