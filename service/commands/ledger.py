"""`hexhaul ledger`: whether what was delivered is what was charged and paid."""

import asyncio
import sys
from collections.abc import Iterator

import click
import msgspec

from service.actions.check_ledger import LedgerReport, check_ledger
from service.commands.asked import asked_markets
from service.domain.ids import MarketId
from service.runtime import open_runtime
from service.settings import read_settings

QUERY_S_MAX = 600.0  # the whole ledger is read


@click.group()
def ledger() -> None:
    """Look at the ledger."""


@ledger.command()
@click.option("--market", "market_id", help="only this one; otherwise all of them")
@click.option(
    "--settle",
    "settles_missing",
    is_flag=True,
    help="settle deliveries that were left out: those of processes older than the ledger",
)
def check(*, market_id: str | None, settles_missing: bool) -> None:
    """Settle every delivery again and compare; exit with 1 where the ledger says otherwise."""
    reports = asyncio.run(_check(market_id, settles_missing=settles_missing))
    for name, report in reports.items():
        for line in _lines(name, report):
            click.echo(line)
    if any(report.violations_count > 0 for report in reports.values()):
        sys.exit(1)


async def _check(market_id: str | None, *, settles_missing: bool) -> dict[MarketId, LedgerReport]:
    settings = msgspec.structs.replace(read_settings(), command_timeout_s=QUERY_S_MAX)
    async with open_runtime(settings) as runtime:
        return {
            id_: await check_ledger(runtime, market_id=id_, settles_missing=settles_missing)
            for id_ in await asked_markets(runtime, market_id)
        }


def _lines(market_id: MarketId, report: LedgerReport) -> Iterator[str]:
    """Yield what to say of a market: its sums, and where they are wrong."""
    yield f"{market_id}: {report.deliveries_count} deliveries"
    for balance in report.balances:
        yield f"  {_MEANINGS[balance.owners]:<22}{balance.balance_cents:>14} {balance.currency}"
    if report.settled_count > 0:
        yield f"  settled now: {report.settled_count} transfers"
    for violation in report.violations:
        yield f"  WRONG {violation}"
    untold_count = report.violations_count - len(report.violations)
    if untold_count > 0:
        yield f"  WRONG and {untold_count} more"
    if report.violations_count == 0:
        yield "  all accounts add up to zero, and each delivery was settled once"


_MEANINGS = {
    "courier": "booked to couriers",
    "market": "kept by the market",
    "merchant": "booked from merchants",
}
