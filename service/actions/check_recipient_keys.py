"""Whether our keys open what is sealed here: by those of others all would look lost."""

from service.domain.sealing import is_openable
from service.runtime import Runtime
from service.settings import UnfitError
from service.store import jobs


async def check_recipient_keys(runtime: Runtime) -> None:
    """Check the keys of recipients' data against the newest of it.

    Raises:
        UnfitError: there are no keys and it is sealed, or it is with others.
    """
    async with runtime.pool.connection() as conn:
        newest = await jobs.read_newest_address(conn)
    if newest is None or is_openable(newest.address, runtime.recipient_keys, field="address"):
        return
    if runtime.recipient_keys.roots:
        raise UnfitError("recipient_keys are not those with which this database is sealed")
    raise UnfitError("recipient_keys is needed: what is known of recipients is sealed here")
