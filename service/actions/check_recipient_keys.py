"""Whether our keys are those with which this database is sealed: by others all would look lost."""

from service.domain.sealing import KeyChain, can_unseal, check_text, is_openable
from service.runtime import Runtime
from service.settings import UnfitError
from service.store import deployment, seal_check
from service.store.connection import Connection
from service.store.history import read_history


async def check_recipient_keys(runtime: Runtime) -> None:
    """Check the keys of recipients' data; those of whoever comes first are the right ones.

    Raises:
        UnfitForLiveError: there are none, and a market is live.
        UnfitError: there are none and they are needed, or they are others.
    """
    chain = runtime.recipient_keys

    async def work(conn: Connection) -> seal_check.Check | None:
        if chain.roots:
            now = (await deployment.read_market_time(conn)).now
            if await seal_check.insert_check(conn, sealed=check_text(chain, at=now)) is not None:
                await _check_what_is_there(conn, chain)  # as when a backup was restored
        elif (await read_history(conn)).has_live_market:
            runtime.settings.check_seals_recipients()
        return await seal_check.read_check(conn)

    check = await runtime.attempt(work)
    if check is None or is_openable(check.sealed, chain):
        return
    if chain.roots:
        raise UnfitError("recipient_keys are not those with which this database is sealed")
    raise UnfitError("recipient_keys is needed: what is known of recipients is sealed here")


async def _check_what_is_there(conn: Connection, chain: KeyChain) -> None:
    """Look at what is sealed already; what was sealed before the keys' first month may be lost."""
    newest = await seal_check.read_newest_sealed(conn)
    if newest is not None and not can_unseal(newest.sealed, chain, field="address"):
        raise UnfitError("recipient_keys are not those with which this database is sealed")
