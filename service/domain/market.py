"""A market: a city with its own money, area, policy and matching loop."""

from msgspec import Struct

from service.domain.errors import MarketPausedError, OutsideServiceAreaError
from service.domain.geo import Point, distance_m
from service.domain.ids import MarketId
from service.domain.policy import Policy


class Market(Struct, frozen=True, kw_only=True):
    id: MarketId
    name: str
    currency: str
    timezone: str
    center_lat_deg: float
    center_lng_deg: float
    service_radius_m: float
    is_paused: bool
    livemode: bool = False  # or all of it is a test
    policy_version: int
    policy: Policy


def check_inside(market: Market, place: Point, *, field: str) -> None:
    """Check that the place is served.

    Raises:
        OutsideServiceAreaError: it is not.
    """
    center = Point(market.center_lat_deg, market.center_lng_deg)
    if distance_m(center, place) > market.service_radius_m:
        raise OutsideServiceAreaError(f"this place is outside {market.name}", field=field)


def check_not_paused(market: Market) -> None:
    """Check that the market takes new work.

    Raises:
        MarketPausedError: ops have paused it.
    """
    if market.is_paused:
        raise MarketPausedError(f"{market.name} is paused")
