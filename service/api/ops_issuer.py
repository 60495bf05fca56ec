"""A console logs in by way of an issuer outside: it leaves with an attempt, and brings a code."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from service.actions.log_in_operator import open_console
from service.actions.log_in_outside import begin, verify_code
from service.api.addresses import address_of_request
from service.api.cookies import attempt_cookie, attempt_of_cookies, check_own_page, console_cookie
from service.api.errors import AnyRequest, problems, request_id_of
from service.api.log_in_counts import counted
from service.api.process import ApiProcess
from service.api.rates import RateClass
from service.domain.errors import NotFoundError, UnauthenticatedError
from service.domain.log_in_attempt import attempt_of, new_secret
from service.runtime import Runtime
from service.wire.identity import OpsAttemptBody, OpsCodeBody, OpsWaysBody

PATH = "/v1/ops/session"


@get(
    PATH + "/ways",
    operation_id="getOpsWays",
    summary="Read how a console logs in",
    opt={"rate": RateClass.STRANGER},
    responses=problems(),
)
async def read_ways(runtime: NamedDependency[Runtime]) -> OpsWaysBody:
    """Read which ways there are to log in here."""
    settings = runtime.settings
    return OpsWaysBody(password=settings.ops_passwords, issuer=bool(settings.oidc_issuer))


@post(
    PATH + "/issuer/attempts",
    operation_id="beginOpsLogIn",
    summary="Begin to log a console in by an issuer",
    status_code=200,
    opt={"rate": RateClass.STRANGER},
    responses=problems(404, 409),
)
async def begin_attempt(
    request: AnyRequest, api: NamedDependency[ApiProcess]
) -> Response[OpsAttemptBody]:
    """Get the address where the browser logs in; a cookie lets it come back, and no other.

    404 where no issuer is set.
    """
    check_own_page(request.method, request.headers)
    _check_issuer(api.runtime)
    secret = new_secret()
    address = await begin(api.issuer, attempt_of(secret))
    cookie = attempt_cookie(secret, is_plain=api.runtime.settings.ops_cookie_is_plain)
    return Response(OpsAttemptBody(address=address), status_code=200, cookies=[cookie])


@post(
    PATH + "/issuer",
    operation_id="finishOpsLogIn",
    summary="Log a console in by an issuer",
    status_code=204,
    opt={"rate": RateClass.STRANGER},
    responses=problems(404, 409, 413, 415),
)
async def log_in(
    data: JSONBody[OpsCodeBody], request: AnyRequest, api: NamedDependency[ApiProcess]
) -> Response[None]:
    """Log in with what the issuer has sent the browser back with; the answer sets the cookie.

    Only operators who are there and were linked to the issuer's person log in. Five failures a
    minute are allowed; an issuer that does not answer as it should (503) makes none.
    """
    check_own_page(request.method, request.headers)
    runtime = api.runtime
    _check_issuer(runtime)
    is_plain = runtime.settings.ops_cookie_is_plain
    address = address_of_request(request, trusted=api.trusted)
    async with counted(api.rates, (RateClass.LOG_IN_AT, address)):
        secret = attempt_of_cookies(request.cookies, is_plain=is_plain)
        if not secret:
            raise UnauthenticatedError("this log-in was begun elsewhere, or too long ago")
        identity = await verify_code(
            runtime, api.issuer, attempt_of(secret), state=data.state, code=data.code
        )
        console = await open_console(
            runtime, identity, request_id=request_id_of(request), client_address=address
        )
    cookies = [
        console_cookie(console.text, is_plain=is_plain),
        attempt_cookie("", is_plain=is_plain),
    ]
    return Response(None, status_code=204, cookies=cookies)


def _check_issuer(runtime: Runtime) -> None:
    if not runtime.settings.oidc_issuer:
        raise NotFoundError("no issuer is set")


HANDLERS = [read_ways, begin_attempt, log_in]
