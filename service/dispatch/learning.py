"""What is learned from finished legs: how much longer ways take than they were thought to."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import structlog

from matching.cells import cell_of
from service.dispatch.places import TRAVEL_RESOLUTION
from service.domain.geo import distance_m
from service.domain.market import Market
from service.domain.policy import SPEED_MPS
from service.runtime import Runtime
from service.store import legs
from service.store.legs import FinishedLeg
from service.travel.correction import (
    NO_CORRECTION,
    VEHICLES,
    Correction,
    Rides,
    hour_of_week,
    learn,
    timezone_of,
)
from service.travel.guard import GuardedSource
from service.travel.past_ways import PastWay, PastWays
from service.travel.source import PROFILE_OF

log = structlog.get_logger()

LEG_M_MIN = 300.0  # straight line; on shorter ones, parking and walking are most of the time


class Learned(NamedTuple):
    """The corrections of one market; straight lines and roads err in their own ways."""

    straight: Correction = NO_CORRECTION
    roads: Correction = NO_CORRECTION


class Learner:
    """Learns a market's corrections anew from its newest legs, each time from all of them."""

    def __init__(self, runtime: Runtime, source: GuardedSource | None) -> None:
        self._runtime = runtime
        settings = runtime.settings
        self._past_ways = (
            None
            if source is None
            else PastWays(
                source,
                cells_count_max=settings.travel_table_cells_count_max,
                requests_count_max=settings.travel_learning_requests_count_max,
            )
        )

    async def learn(self, market: Market, now: datetime) -> Learned:
        """Return what the legs until now teach.

        Raises:
            UnavailableError: Postgres is away.
        """
        settings = self._runtime.settings
        async with self._runtime.pool.connection() as conn:
            listed = await legs.list_finished_legs(
                conn,
                market_id=market.id,
                since=now - timedelta(seconds=settings.travel_legs_s_max),
                limit_count=settings.travel_legs_count_max,
            )
        ridden = [leg for leg in listed if distance_m(leg.start, leg.end) >= LEG_M_MIN]
        rides = await asyncio.to_thread(rides_by_line, ridden, market)
        straight, roads = learn(rides), NO_CORRECTION
        if self._past_ways is not None:
            way_of = [way_of_leg(leg) for leg in ridden]
            known = await self._past_ways.seconds(way_of)
            road_s = np.array([known.get(way, np.nan) for way in way_of])
            roads = learn(rides._replace(predicted_s=road_s))
        log.info(
            "travel_corrected",
            market_id=market.id,
            straight_rides_count=straight.rides_count,
            road_rides_count=roads.rides_count,
        )
        return Learned(straight, roads)


def rides_by_line(ridden: Sequence[FinishedLeg], market: Market) -> Rides:
    """Return legs as rides, predicted by straight line; their hour is that of the departure."""
    timezone, detour_factor = timezone_of(market.timezone), market.policy.detour_factor
    return Rides(
        vehicle=np.array([VEHICLES.index(leg.vehicle) for leg in ridden], np.intp),
        hour=np.array([hour_of_week(leg.departed_at, timezone) for leg in ridden], np.intp),
        real_s=np.array([(leg.arrived_at - leg.departed_at).total_seconds() for leg in ridden]),
        predicted_s=np.array(
            [
                distance_m(leg.start, leg.end) * detour_factor / SPEED_MPS[leg.vehicle]
                for leg in ridden
            ]
        ),
    )


def way_of_leg(leg: FinishedLeg) -> PastWay:
    """Return the leg as a way between cells."""
    origin, destination = (
        cell_of(place.lat_deg, place.lng_deg, resolution=TRAVEL_RESOLUTION)
        for place in (leg.start, leg.end)
    )
    return PastWay(PROFILE_OF[leg.vehicle], origin, destination)
