"""`hexhaul backtest`: recorded ticks decided again under another policy, side by side."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from service import logs
from service.commands.policy import PolicyFile, read_changes
from service.dispatch.backtest import Changes, Figures
from service.dispatch.backtest_run import Asked, BacktestReport, run_backtest
from service.domain.errors import DomainError
from service.domain.ids import MarketId
from service.runtime import open_runtime
from service.settings import read_settings


class Instant(click.ParamType[datetime]):
    """An instant of market time; without an offset it is UTC."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant, or refuse."""
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not an instant like 2026-11-21T18:30", param, ctx)
        return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


@click.command()
@click.option("--from", "from_at", type=Instant(), required=True)
@click.option("--to", "to_at", type=Instant(), required=True)
@click.option("--policy", "file", type=PolicyFile, required=True, help="JSON: what to set in it")
@click.option("--market", "market_id", help="needed where there are several")
@click.option("--ticks-max", type=click.IntRange(1), default=10_000, show_default=True)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def backtest(
    *,
    from_at: datetime,
    to_at: datetime,
    file: Path,
    market_id: str | None,
    ticks_max: int,
    json_path: Path | None,
) -> None:
    """Decide recorded ticks again, under the policy of then and with what the file sets in it."""
    logs.configure(process="backtest", level="warning")
    asked = Asked(
        from_at=from_at,
        to_at=to_at,
        changes=read_changes(file),
        market_id=None if market_id is None else MarketId(market_id),
        ticks_count_max=ticks_max,
    )
    try:
        report = asyncio.run(_run(asked))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    show(report, Console())
    if json_path is not None:
        json_path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


async def _run(asked: Asked) -> BacktestReport:
    async with open_runtime(read_settings()) as runtime:
        return await run_backtest(runtime, asked)


def show(report: BacktestReport, console: Console) -> None:
    """Print the report for people."""
    found = report.comparison
    console.print(_figures_table(report.market_id, found.before, found.after))
    console.print(_changes_table(found.changes))
    console.print(
        f"{found.ticks_count} ticks; the policy of then decides {found.as_recorded_count} of them "
        f"as it did then. {report.how}"
    )
    if report.coarse_count > 0:
        console.print(f"Of {report.coarse_count} ticks only the cells of idle couriers are known.")
    if report.unreadable_count > 0:
        console.print(f"{report.unreadable_count} ticks could not be read.")
    if report.is_cut:
        console.print("There are more ticks: raise --ticks-max.")


def _figures_table(market_id: MarketId, before: Figures, after: Figures) -> Table:
    table = Table("", title=f"{market_id}: what two policies would offer")
    for name in ("as recorded", "with changes"):
        table.add_column(name, justify="right")
    for name in Figures.__struct_fields__:
        table.add_row(name, _number(getattr(before, name)), _number(getattr(after, name)))
    return table


def _changes_table(changes: Changes) -> Table:
    table = Table("", title="What would be otherwise; changes are means over the jobs that move")
    table.add_column("", justify="right")
    for name in Changes.__struct_fields__:
        table.add_row(name, _number(getattr(changes, name)))
    return table


def _number(value: float | None) -> str:
    """Return the number for people: counts in full, shares to the third digit."""
    if value is None:
        return "-"
    if isinstance(value, int):
        return str(value)
    return f"{value:.3f}" if abs(value) < 1.0 else f"{value:.1f}"
