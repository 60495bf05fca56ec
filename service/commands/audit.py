"""`hexhaul audit`: the chain of the audit log, verified; its heads, to be kept elsewhere."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from service.actions.verify_audit_log import Verified, verify_audit_log
from service.commands.asked import asked_markets
from service.domain.audit_log import Link
from service.domain.ids import MarketId
from service.runtime import open_runtime
from service.settings import read_settings
from service.store import audit_log

HeadsFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Look at the audit log."""


@audit.command()
def head() -> None:
    """Print market, number and hash of each chain's last entry: keep them where nobody writes."""
    for line in asyncio.run(_heads()):
        click.echo(line)


@audit.command()
@click.option("--market", "market_id", help="only this one; otherwise all of them")
@click.option("--kept", type=HeadsFile, help="lines that `audit head` has printed before")
def verify(*, market_id: str | None, kept: Path | None) -> None:
    """Walk every chain from its beginning; exit with 1 where one is broken."""
    text = "" if kept is None else kept.read_text("utf-8")
    verified = asyncio.run(_verify(market_id, _links(text)))
    for name, one in verified.items():
        click.echo(f"{name}: {one.head.number} entries, {one.head.sha256}")
        for violation in one.violations:
            click.echo(f"  WRONG {violation}")
    if any(one.violations for one in verified.values()):
        sys.exit(1)


async def _heads() -> list[str]:
    async with open_runtime(read_settings()) as runtime:
        ids = await asked_markets(runtime, None)
        async with runtime.pool.connection() as conn:
            heads = await audit_log.list_heads(conn, market_ids=ids)
    return [f"{one.market_id} {one.number} {one.sha256}" for one in heads]


async def _verify(
    market_id: str | None, links: Mapping[str, list[Link]]
) -> dict[MarketId, Verified]:
    async with open_runtime(read_settings()) as runtime:
        ids = await asked_markets(runtime, market_id)
        if market_id is None:  # also those that were kept, and are not there any more
            ids = sorted({*ids, *map(MarketId, links)})
        return {
            id_: await verify_audit_log(runtime, market_id=id_, kept=links.get(id_, ()))
            for id_ in ids
        }


def _links(text: str) -> dict[str, list[Link]]:
    """Return the places of each market's chain that the lines tell.

    Raises:
        ClickException: a line is none of ours.
    """
    links: dict[str, list[Link]] = {}
    for line in text.splitlines():
        match line.split():
            case [market_id, number, sha256] if number.isdecimal():
                links.setdefault(market_id, []).append(Link(number=int(number), sha256=sha256))
            case _:
                raise click.ClickException(f"not a line of `audit head`: {line!r}")
    return links
