"""Which markets a command is about: the one that is named, or all of them."""

import click

from service.domain.errors import NotFoundError
from service.domain.ids import MarketId
from service.runtime import Runtime, read_market
from service.store import markets


async def asked_markets(runtime: Runtime, market_id: str | None) -> list[MarketId]:
    """Return the ids.

    Raises:
        ClickException: there is no such market.
    """
    async with runtime.pool.connection() as conn:
        if market_id is None:
            return [key.id for key in await markets.list_market_ids(conn)]
        try:
            return [MarketId((await read_market(conn, MarketId(market_id))).id)]
        except NotFoundError as error:
            raise click.ClickException(f"there is no market {market_id}") from error
