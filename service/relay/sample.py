"""Copies thinned positions of couriers under way into Postgres, for the record."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from service.domain.ids import MarketId
from service.live.records import LiveFix
from service.relay.instants import instant_of
from service.store.connection import Connection
from service.store.position_samples import PositionSample, copy_samples

SAMPLE_EVERY_MS = 10_000  # of market time, per courier


def thin(fixes: Iterable[LiveFix], sampled_ms_of: Mapping[UUID, int]) -> list[LiveFix]:
    """Return the fixes that are far enough from the last one kept of their courier."""
    return [
        fix
        for fix in fixes
        if fix.courier_id not in sampled_ms_of
        or fix.received_at_ms - sampled_ms_of[fix.courier_id] >= SAMPLE_EVERY_MS
    ]


async def write_samples(conn: Connection, market_id: MarketId, fixes: Iterable[LiveFix]) -> None:
    """Append the fixes to the record.

    Raises:
        UnavailableError: Postgres is away.
    """
    samples = [
        PositionSample(
            market_id=market_id,
            courier_id=fix.courier_id,
            at=instant_of(fix.received_at_ms),
            lat_deg=fix.lat_deg,
            lng_deg=fix.lng_deg,
        )
        for fix in fixes
    ]
    if samples:
        await copy_samples(conn, samples)
