"""Errors as RFC 9457 problems: the one table from refusals to HTTP statuses, and its handlers."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeAlias

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from service.api.callers import Caller
from service.api.headers import SECURITY_HEADERS
from service.api.rate_headers import note_allowance
from service.domain import errors
from service.domain.errors import DomainError, Problem, problem_of
from service.metrics import REFUSALS
from service.wire.rest import ProblemBody

log = structlog.get_logger()

AnyRequest: TypeAlias = Request[object, Caller, State]

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 1

STATUS_OF: Mapping[type[DomainError], HTTPStatus] = {
    errors.InvalidParamsError: HTTPStatus.BAD_REQUEST,
    errors.OutsideServiceAreaError: HTTPStatus.BAD_REQUEST,
    errors.PickupReadyTooLateError: HTTPStatus.BAD_REQUEST,
    errors.DropoffDeadlineTooEarlyError: HTTPStatus.BAD_REQUEST,
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.CourierSuspendedError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.MarketPausedError: HTTPStatus.CONFLICT,
    errors.ParcelsAboardError: HTTPStatus.CONFLICT,
    errors.UndoTooLateError: HTTPStatus.CONFLICT,
    errors.DuplicateReferenceError: HTTPStatus.CONFLICT,
    errors.InvalidStateTransitionError: HTTPStatus.CONFLICT,
    errors.NotCancelableError: HTTPStatus.CONFLICT,
    errors.LockContentionError: HTTPStatus.CONFLICT,
    errors.OfferTakenError: HTTPStatus.CONFLICT,
    errors.OfferRevokedError: HTTPStatus.CONFLICT,
    errors.OfferExpiredError: HTTPStatus.GONE,
    errors.AlreadyAssignedError: HTTPStatus.CONFLICT,
    errors.CapacityExceededError: HTTPStatus.CONFLICT,
    errors.VehicleNotAvailableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ItemTooLargeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooFarFromStopError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.StalePositionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PositionOutOfOrderError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProofRequiredError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProofMismatchError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProofAttemptsExhaustedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProofInvalidError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.AlreadyCreatedError: HTTPStatus.CONFLICT,
    errors.IdempotencyMismatchError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RateLimitedError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}

# What the framework refuses by itself, before anything of ours is asked.
_CODE_OF_STATUS: Mapping[HTTPStatus, str] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
}
_INTERNAL_ERROR = "internal_error"

# Every code that an answer may bear; README.md lists the same.
STATUS_OF_CODE: Mapping[str, HTTPStatus] = {
    **{class_.code: status for class_, status in STATUS_OF.items()},
    **{code: status for status, code in _CODE_OF_STATUS.items()},
    _INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_COME_AGAIN = frozenset(
    {
        errors.RateLimitedError.code,
        errors.OverloadedError.code,
        errors.UnavailableError.code,
        errors.LockContentionError.code,
    }
)


class UnsupportedMediaTypeError(HTTPException):
    """The body is not said to be JSON."""

    status_code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class ClientGoneError(HTTPException):
    """The client left before its request was whole: nobody hears the answer."""

    status_code = HTTPStatus.BAD_REQUEST


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status of the error's class, or of the nearest one above it in the table."""
    return next(STATUS_OF[class_] for class_ in type(error).__mro__ if class_ in STATUS_OF)


def domain_problem(request: AnyRequest, error: DomainError) -> Response[bytes]:
    """Answer a refusal of the domain."""
    headers: dict[str, str] = {}
    if isinstance(error, errors.RateLimitedError):
        note_allowance(request.scope, error.allowance)
        headers["Retry-After"] = str(error.allowance.retry_after_s)
    return _problem(request, status_of(error), problem_of(error), headers)


def http_problem(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Answer what the framework refuses: routes, methods, sizes, parameters."""
    headers = {str(name): str(value) for name, value in (error.headers or {}).items()}
    if isinstance(error, ValidationException):
        return _problem(request, HTTPStatus.BAD_REQUEST, _invalid_params(error.extra))
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return unforeseen_problem(request, error)
    code = _CODE_OF_STATUS.get(status, errors.InvalidParamsError.code)
    return _problem(request, status, Problem(code=code, detail=status.description), headers)


def unforeseen_problem(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer a fault of ours; the log has the trace, the answer has only the request's id."""
    log.error("request_failed", request_id=request_id_of(request), exc_info=error)
    problem = Problem(code=_INTERNAL_ERROR, detail="the fault is ours, and it was noted")
    return _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, problem)


def request_id_of(request: AnyRequest) -> str:
    """Return the id that `RequestIds` gave to the request."""
    return str(request.scope["state"]["request_id"])


class _Complaint(msgspec.Struct):
    """What the framework says of one parameter that does not fit."""

    message: str
    key: str = ""


def _invalid_params(extra: object) -> Problem:
    """Return the first complaint; `field` points into bodies only, and these are parameters."""
    complaints = msgspec.convert(extra or [], list[_Complaint])
    detail = "; ".join(f"{one.key}: {one.message}" for one in complaints[:1])
    return Problem(code=errors.InvalidParamsError.code, detail=detail or "a parameter is invalid")


def _problem(
    request: AnyRequest,
    status: HTTPStatus,
    problem: Problem,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    text = problem_text(problem, status=status, request_id=request_id_of(request))
    answered = {**SECURITY_HEADERS, **(headers or {})}  # the framework gives errors none
    if problem.code in _COME_AGAIN:
        answered.setdefault("Retry-After", str(RETRY_AFTER_S))
    if status is HTTPStatus.UNAUTHORIZED:
        answered["WWW-Authenticate"] = "Bearer"
    return Response(text, status_code=status, media_type=PROBLEM_JSON, headers=answered)


def problem_text(problem: Problem, *, status: HTTPStatus, request_id: str) -> bytes:
    """Return the problem document (RFC 9457)."""
    REFUSALS.labels(code=problem.code).inc()
    body = ProblemBody(
        type=f"urn:hexhaul:problem:{problem.code}",
        title=status.phrase,
        status=status,
        code=problem.code,
        detail=problem.detail,
        field=problem.field,
        request_id=request_id,
    )
    return msgspec.json.encode(body)


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the documentation of these refusals, and of those of every route behind the door."""
    return problem_specs(400, 401, 403, 429, 500, 503, *statuses)


def problem_specs(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the documentation of these refusals alone."""
    return {
        status: ResponseSpec(
            ProblemBody,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM_JSON,  # pyright: ignore[reportArgumentType]  # used as text only
        )
        for status in sorted(set(statuses))
    }
