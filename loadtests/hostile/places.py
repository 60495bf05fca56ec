"""The markets of strangers, at places where maps and cells are odd, and who is in them."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from loadtests.hostile.verdicts import Asker
from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, MerchantEntry, OperatorEntry, enroll
from service.actions.keys import Key, new_key
from service.api.callers import Audience
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole, Vehicle
from service.runtime import Runtime
from service.store import credentials

SERVICE_RADIUS_M = 12_000.0
FRAMES_COURIERS_COUNT = 3  # in each place, for attackers by frames: nobody else may use their keys
# A pole, the seam of the map, and a cell with five neighbours; latitude and longitude.
CENTERS_DEG: Mapping[str, tuple[float, float]] = {
    "pole": (89.999, 0.0),
    "antimeridian": (-16.5, 180.0),
    "pentagon": (64.7, 10.53619907546767),
}


class Place(NamedTuple):
    """A market, and the keys of who is in it. Nobody lives there but its settlers."""

    name: str
    center_deg: tuple[float, float]
    merchant: str
    hooks_merchant: str
    courier: str
    operator: str
    viewer: str
    frames_couriers: tuple[str, ...]
    frames_merchant: str
    settlers: tuple[str, str]  # a merchant and a courier, who live a job before strangers come


async def settle(runtime: Runtime) -> list[Place]:
    """Create the markets, and enroll everybody."""
    return [await _settle(runtime, name) for name in CENTERS_DEG]


async def _settle(runtime: Runtime, name: str) -> Place:
    center_deg = CENTERS_DEG[name]
    request = MarketRequest(
        market_id=MarketId(name),
        name=name,
        currency="EUR",
        timezone="UTC",
        center=Point(*center_deg),
        service_radius_m=SERVICE_RADIUS_M,
        policy=Policy(),
    )
    assert await create_market(runtime, request), "the database is fresh"
    entries = [
        *(MerchantEntry(name=who) for who in ("Mallory", "Hooks", "Frames", "Settler")),
        OperatorEntry(name="Mallory", role=OperatorRole.ADMIN),
        OperatorEntry(name="Viewer", role=OperatorRole.VIEWER),
        *(
            CourierEntry(name=f"Courier {number}", vehicle=Vehicle.CAR)
            for number in range(2 + FRAMES_COURIERS_COUNT)
        ),
    ]
    keys = await enroll(runtime, market_id=MarketId(name), entries=entries)
    merchant, hooks, frames, settler, operator, viewer, *couriers = [key.text for key in keys]
    return Place(
        name=name,
        center_deg=center_deg,
        merchant=merchant,
        hooks_merchant=hooks,
        courier=couriers[0],
        operator=operator,
        viewer=viewer,
        frames_couriers=tuple(couriers[2:]),
        frames_merchant=frames,
        settlers=(settler, couriers[1]),
    )


async def askers_of(runtime: Runtime, places: list[Place], *, viewer: str) -> list[Asker]:
    """Return as whom strangers come: at home everything, in the market that works a look."""
    (revoked,) = await enroll(
        runtime, market_id=MarketId(places[0].name), entries=[MerchantEntry(name="Gone")]
    )
    async with runtime.pool.connection() as conn:
        await credentials.revoke_credential(conn, credential_id=revoked.credential_id)
    unknown: Key = new_key(livemode=False)
    askers = [
        _asker(f"{audience} of {place.name}", key, audience, place.center_deg)
        for place in places
        for key, audience in (
            (place.merchant, Audience.MERCHANT),
            (place.courier, Audience.COURIER),
            (place.operator, Audience.OPS),
        )
    ]
    return [
        *askers,
        replace(_asker("viewer who works", viewer, Audience.OPS), sees_others=True),
        _asker("revoked", revoked.text),
        _asker("unknown", unknown.text),
        _asker("forged", revoked.text[:-1] + "\u00e9"),
        Asker(name="nobody", audience=None, headers={}),
    ]


def _asker(
    name: str,
    key: str,
    audience: Audience | None = None,
    center_deg: tuple[float, float] = (0.0, 0.0),
) -> Asker:
    headers = {"Authorization": f"Bearer {key}"}
    return Asker(name=name, audience=audience, headers=headers, center_deg=center_deg)
