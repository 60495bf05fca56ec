"""Create a market."""

from msgspec import Struct

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.runtime import Runtime
from service.store import audit_log, markets
from service.store.pool import UniqueViolationError


class MarketRequest(Struct, frozen=True, kw_only=True):
    market_id: MarketId
    name: str
    currency: str
    timezone: str
    center: Point
    service_radius_m: float
    policy: Policy
    livemode: bool = False


async def create_market(
    runtime: Runtime, request: MarketRequest, *, origin: Origin = SHELL
) -> bool:
    """Create the market with its first policy; return False when there is one of that id.

    Raises:
        UnfitForLiveError: it would be live, and these settings are for tests.
    """
    if request.livemode:
        runtime.settings.check_fit_for_live()
        runtime.settings.check_seals_recipients()
    try:
        async with runtime.pool.transaction() as conn:
            await markets.create_market(
                conn,
                market_id=request.market_id,
                name=request.name,
                currency=request.currency,
                timezone=request.timezone,
                center_lat_deg=request.center.lat_deg,
                center_lng_deg=request.center.lng_deg,
                service_radius_m=request.service_radius_m,
                policy=request.policy,
                livemode=request.livemode,
            )
            entry = AuditEntry(
                market_id=request.market_id,
                origin=origin,
                action=AuditAction.CREATE_MARKET,
                subject=f"market:{request.market_id}",
                after={"currency": request.currency, "timezone": request.timezone},
            )
            await audit_log.append(conn, entry)
    except UniqueViolationError:
        return False
    return True
