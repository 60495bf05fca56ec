"""The live view shows what the feed knows."""

from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

from rich.console import Console

from service.domain.facts import TickSummary
from service.domain.ids import JobId
from service.domain.lifecycle import JobStatus
from service.simulation.clients.bundling import Bundling
from service.simulation.clients.feed import Feed
from service.simulation.run.latency import latency_of
from service.simulation.run.screen import Login, Moment, draw_screen
from service.wire.watcher_stream import CellLoad


def drawn(feed: Feed) -> str:
    moment = Moment(
        title="A demo",
        url="http://127.0.0.1:8000",
        time_scale=30.0,
        market_at=datetime(2026, 11, 21, 11, 8, 2, tzinfo=UTC),
        connected_count=33,
        logins=(Login("operator's key", "hh_test_1"),),
        post_to_offer=latency_of([0.126]),
    )
    text = StringIO()
    Console(width=140, file=text).print(draw_screen(moment, feed))
    return text.getvalue()


def test_a_screen_of_nothing_is_a_screen() -> None:
    text = drawn(Feed())
    assert "http://127.0.0.1:8000" in text
    assert "30 times as fast as life" in text
    assert "hh_test_1" in text
    assert "126 ms" in text


def test_the_map_is_added_up() -> None:
    feed = Feed()
    for number in (1, 2):
        feed.cells[f"{number}"] = CellLoad(
            cell=f"{number}",
            lat_deg=48.2,
            lng_deg=16.4,
            couriers_count=30 * number,
            open_jobs_count=2,
            longest_wait_s=40 * number,
            mean_wait_s=20,
        )
    assert "90 couriers in 2 cells, 4 jobs not on offer, the longest for 80 s" in drawn(feed)


def test_counts_and_the_last_tick_are_shown() -> None:
    feed = Feed()
    feed.job_status = {JobId(UUID(int=k)): JobStatus.OPEN for k in range(7)}
    feed.to_accept_s.append(3.8)
    feed.last_tick = TickSummary(
        tick_id=1,
        policy_version=1,
        jobs_count=5,
        couriers_count=33,
        pairs_count=107,
        removed_count_by_filter={},
        offers_count=1,
        bundled_jobs_count=0,
        held_count=0,
        refused_count=0,
        gather_ms=11.9,
        solve_ms=2.7,
        commit_ms=7.6,
    )
    feed.bundling = Bundling(
        offers_count=40, bundles_count=12, bundled_jobs_count=29, saved_m=8_300.0
    )
    text = drawn(feed)
    assert "12 of 40 accepted offers, 2.4 jobs each, 8.3 km saved" in text
    assert "7  open" in text
    assert "3.8 s of market time" in text
    assert "107 pairs" in text
