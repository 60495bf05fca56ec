"""What the processes' own database users may do: `sql/roles.sql`, run by the owner."""

from importlib.resources import files

from service.settings import Settings
from service.store.pool import open_pool


async def grant_roles(settings: Settings) -> None:
    """Make the roles of the kinds of processes, and grant each what it needs; safe to run again.

    Raises:
        InsufficientPrivilegeError: the user of the database URL may not make roles.
        UnavailableError: Postgres does not answer.
    """
    pool = await open_pool(settings)
    try:
        async with pool.transaction() as conn:
            await conn.execute((files("sql") / "roles.sql").read_text("utf-8"))
    finally:
        await pool.close()
