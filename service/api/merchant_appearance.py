"""How a merchant looks to who waits for a delivery of theirs."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from service.api.callers import MerchantCaller
from service.api.errors import problems
from service.domain.permission import Scope
from service.runtime import Runtime
from service.store import merchants
from service.store.row_security import reading_as
from service.wire.proofs import AppearanceBody

PATH = "/v1/appearance"


@get(
    PATH,
    operation_id="getAppearance",
    summary="Read how my deliveries look",
    opt={"permission": Scope.JOBS_READ},
    responses=problems(),
)
async def read(
    caller: NamedDependency[MerchantCaller], runtime: NamedDependency[Runtime]
) -> AppearanceBody:
    """Read the colour of the page that recipients see."""
    async with reading_as(runtime.pool, caller.id) as conn:
        found = await merchants.read_appearance(conn, merchant_id=caller.id)
    assert found is not None  # whose key it is
    return AppearanceBody(color=found.color)


@put(
    PATH,
    operation_id="setAppearance",
    summary="Choose how my deliveries look",
    opt={"permission": Scope.JOBS_WRITE},
    responses=problems(409, 413, 415),
)
async def choose(
    data: JSONBody[AppearanceBody],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> AppearanceBody:
    """Choose the colour, `#rrggbb`; it is made darker or lighter where nobody could read it."""
    async with runtime.pool.transaction() as conn:
        await merchants.set_color(conn, merchant_id=caller.id, color=data.color)
    return data


HANDLERS = [read, choose]
