"""An operator's console logs in with a password, says who is there, and logs out."""

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from service.actions.log_in_operator import open_console, verify_password
from service.actions.log_out import log_out as end_log_in
from service.api.addresses import address_of_request
from service.api.callers import OpsCaller
from service.api.cookies import check_own_page, console_cookie
from service.api.errors import AnyRequest, problems, request_id_of
from service.api.log_in_counts import counted
from service.api.process import ApiProcess
from service.api.rates import RateClass
from service.domain.errors import NotFoundError
from service.domain.permission import OF_ROLE, Right
from service.runtime import Runtime
from service.store import operators
from service.wire.identity import OpsLogInBody, OpsMarket, OpsSessionBody

PATH = "/v1/ops/session"


@post(
    PATH + "/password",  # another way to log in would be another path
    operation_id="logInOps",
    summary="Log a console in",
    status_code=204,
    responses=problems(409, 413, 415),
)
async def log_in(
    data: JSONBody[OpsLogInBody], request: AnyRequest, api: NamedDependency[ApiProcess]
) -> Response[None]:
    """Log in with a local account; the answer sets a cookie that lasts for eight hours.

    Half an hour without a request ends it before. Five failures a minute are allowed.
    """
    check_own_page(request.method, request.headers)
    address = address_of_request(request, trusted=api.trusted)
    async with counted(
        api.rates, (RateClass.LOG_IN_AT, address), (RateClass.LOG_IN_AS, data.login)
    ):
        identity = await verify_password(
            api.runtime, login=data.login, password=data.password, turn=api.passwords
        )
        console = await open_console(
            api.runtime, identity, request_id=request_id_of(request), client_address=address
        )
    return _answer(api.runtime, console.text)


@get(
    PATH,
    operation_id="getOpsSession",
    summary="Read who I am",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def read_one(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> OpsSessionBody:
    """Read who is logged in here, and what they may do.

    The header `Hexhaul-Market` says, in any request of ops, which of their markets it is about.
    """
    async with runtime.pool.connection() as conn:
        operator = await operators.read_operator(conn, operator_id=caller.id)
        theirs = await operators.list_operator_markets(conn, operator_id=caller.id)
    role = caller.principal.role
    if operator is None or role is None:
        raise NotFoundError("there is no such operator")
    return OpsSessionBody(
        operator_id=operator.id,
        market_id=caller.market_id,
        name=operator.name,
        role=role,
        rights=tuple(sorted(OF_ROLE[role])),
        markets=msgspec.convert(theirs, tuple[OpsMarket, ...], from_attributes=True),
    )


@delete(
    PATH,
    operation_id="logOutOps",
    summary="Log this console out",
    opt={"permission": Right.OPS_READ},
    responses=problems(404, 409),
)
async def log_out(
    caller: NamedDependency[OpsCaller], api: NamedDependency[ApiProcess]
) -> Response[None]:
    """End the log-in whose cookie this is; its sockets close within a minute."""
    await end_log_in(api.runtime, credential_id=caller.credential_id)
    api.principals.forget(caller.credential_id)
    return _answer(api.runtime, "")


def _answer(runtime: Runtime, cookie_text: str) -> Response[None]:
    is_plain = runtime.settings.ops_cookie_is_plain
    cookie = console_cookie(cookie_text, is_plain=is_plain)
    return Response(None, status_code=204, cookies=[cookie])


HANDLERS = [read_one, log_out]
PUBLIC_HANDLERS = [log_in]
