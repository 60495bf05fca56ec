"""What the live view of a run shows in the terminal."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from service.simulation.clients.bundling import text_of
from service.simulation.clients.feed import Feed
from service.simulation.run.latency import Latency
from service.wire.watcher_stream import CellLoad, OpsEventBody

_UNKNOWN = "-"
_Status = TypeVar("_Status", bound=StrEnum)


class Login(Struct, frozen=True):
    """A door to the service for whoever watches the run."""

    who: str
    key: str


class Moment(Struct, frozen=True, kw_only=True):
    """What the screen shows beside the feed."""

    title: str
    url: str
    time_scale: float
    market_at: datetime
    connected_count: int
    logins: tuple[Login, ...]
    post_to_offer: Latency


def draw_screen(moment: Moment, feed: Feed) -> RenderableType:
    """Return the whole screen."""
    return Group(
        _head(moment),
        _counts(feed, moment.connected_count),
        _speeds(moment, feed),
        _events(feed.events),
    )


def _head(moment: Moment) -> Panel:
    grid = Table.grid(padding=(0, 2))
    grid.add_row("service", moment.url)
    grid.add_row(
        "market time", f"{moment.market_at:%H:%M:%S}, {moment.time_scale:g} times as fast as life"
    )
    for login in moment.logins:
        grid.add_row(login.who, login.key)
    return Panel(grid, title=moment.title, subtitle="Ctrl-C ends it")


def _counts(feed: Feed, connected_count: int) -> Table:
    table = Table(expand=True, title=f"{connected_count} couriers connected")
    for title in ("couriers", "jobs", "offers"):
        table.add_column(title)
    table.add_row(
        _listed(feed.couriers_count_by_status()),
        _listed(feed.jobs_count_by_status()),
        _listed(feed.offers_count_by_status()),
    )
    return table


def _listed(counts: Mapping[_Status, int]) -> str:
    return "\n".join(f"{count:6}  {status}" for status, count in sorted(counts.items()))


def _speeds(moment: Moment, feed: Feed) -> Table:
    table = Table.grid(padding=(0, 2))
    accepted = sorted(feed.to_accept_s)
    median = f"{accepted[len(accepted) // 2]:.1f} s of market time" if accepted else _UNKNOWN
    waits = moment.post_to_offer
    table.add_row("time to accept, median", median)
    table.add_row(
        "post to offer on a phone, p50 / p99", f"{_ms(waits.p50_ms)} / {_ms(waits.p99_ms)}"
    )
    table.add_row("bundles", text_of(feed.bundling))
    table.add_row("on the map", _on_the_map(feed.cells.values()))
    tick = feed.last_tick
    if tick is not None:
        table.add_row(
            f"tick {feed.ticks_count}",
            f"{tick.jobs_count} jobs, {tick.couriers_count} couriers, {tick.pairs_count} pairs, "
            f"{tick.offers_count} offers; gather {tick.gather_ms:.1f} ms, "
            f"solve {tick.solve_ms:.1f} ms, commit {tick.commit_ms:.1f} ms, "
            f"loop lag {tick.loop_lag_ms_max or 0.0:.0f} ms",
        )
    return table


def _on_the_map(cells: Collection[CellLoad]) -> str:
    couriers_count = sum(cell.couriers_count for cell in cells)
    jobs_count = sum(cell.open_jobs_count for cell in cells)
    longest_s = max((cell.longest_wait_s for cell in cells), default=0)
    return (
        f"{couriers_count} couriers in {len(cells)} cells, {jobs_count} jobs not on offer, "
        f"the longest for {longest_s} s"
    )


def _events(events: Iterable[OpsEventBody]) -> Panel:
    lines = [f"{event.created_at:%H:%M:%S}  {event.type}" for event in events]
    return Panel("\n".join(lines), title="last events")


def _ms(value_ms: float | None) -> str:
    return _UNKNOWN if value_ms is None else f"{value_ms:.0f} ms"
