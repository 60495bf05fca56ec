"""End a log-in, of a courier's device or of an operator's console."""

from service.domain.errors import NotFoundError
from service.runtime import Runtime
from service.store import credentials


async def log_out(runtime: Runtime, *, credential_id: str) -> None:
    """End the log-in; sockets that it has opened are closed within a minute.

    Raises:
        NotFoundError: the credential is a key, and no log-in.
    """
    async with runtime.pool.transaction() as conn:
        ended = await credentials.end_log_in(conn, credential_id=credential_id)
    if ended is None:
        raise NotFoundError("this is a key, and no log-in")
