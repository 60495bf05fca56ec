"""What a run gives to the pages: the map of its city, and ways into the console of ops."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from service.actions.operator_accounts import add_operator
from service.domain.ids import MarketId
from service.domain.vocabulary import OperatorRole
from service.runtime import Runtime
from service.simulation.city.city import City
from service.simulation.city.geojson import city_geojson

_ROLE_OF_LOGIN = {"demo": OperatorRole.ADMIN, "viewer": OperatorRole.VIEWER}
# The pages are served without TLS here, and on the loopback.
ENVIRONMENT = {"HEXHAUL_OPS_COOKIE_IS_PLAIN": "true"}


class ConsoleLogIn(Struct, frozen=True, kw_only=True):
    """An account that lasts as long as the run."""

    login: str
    password: str
    role: OperatorRole


async def add_log_ins(runtime: Runtime, *, market_id: MarketId) -> list[ConsoleLogIn]:
    """Add an operator of each of a few roles, with a password of its own.

    Raises:
        NotFoundError: there is no such market.
    """
    added: list[ConsoleLogIn] = []
    for login, role in _ROLE_OF_LOGIN.items():
        password = await add_operator(
            runtime, market_id=market_id, name=f"Demo {role}", role=role, login=login
        )
        assert password is not None, "a run has a database of its own"
        added.append(ConsoleLogIn(login=login, password=password, role=role))
    return added


def write_map(city: City, folder: Path) -> Mapping[str, str]:
    """Write the city's map into the folder; return what the api processes have to know of it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "city.geojson"
    path.write_bytes(msgspec.json.encode(city_geojson(city)))
    return {"HEXHAUL_MAP_ROADS": str(path.resolve())}
