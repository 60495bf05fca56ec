"""The page that a recipient's link opens; its forms work without a script."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, TypeVar
from urllib.parse import parse_qs

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from service.actions.find_tracked import see
from service.actions.rate_delivery import rate_delivery
from service.actions.wish_as_recipient import wish_as_recipient
from service.api.errors import AnyRequest, domain_problem, status_of
from service.api.headers import page_policy
from service.api.html import NOTHING, fill
from service.api.pages import read_page
from service.api.present_tracking import tracking_body
from service.api.recipients import RecipientCaller
from service.api.tracking_html import Shown, tracking_html
from service.api.tracking_style import source_of, style_of
from service.domain.errors import (
    DomainError,
    InvalidParamsError,
    InvalidStateTransitionError,
    NotFoundError,
    RateLimitedError,
)
from service.domain.permission import Right
from service.domain.rating import rate
from service.domain.recipient_wish import RecipientWish
from service.runtime import Runtime, read_market
from service.travel.correction import timezone_of
from service.wire.tracking import RatingBody, RecipientInstructionsBody

PATH = "/t/{token:str}"
FIELDS_COUNT_MAX = 20  # of a form
FORM = "application/x-www-form-urlencoded"
_OPT = {"permission": Right.TRACK}
_FORM = {**_OPT, "reads_body": True}

RecipientRequest = Request[object, RecipientCaller, State]
Said = Annotated[str | None, QueryParameter(description="which form was sent")]

# What the page says above all else, after a form of it was sent.
_SAID = {"instructions": "Your courier will read this.", "rating": "Thank you for telling us."}
_TROUBLE: Mapping[type[DomainError], tuple[str, str]] = {
    NotFoundError: (
        "This link leads nowhere",
        "It may have ended: a link works until two hours after its delivery. Or a part of it is "
        "missing: open it again from the message that you got.",
    ),
    RateLimitedError: ("One moment", "This page was opened very often. Try again in a minute."),
    InvalidStateTransitionError: (
        "It is too late for that",
        "The delivery has gone on in the meantime.",
    ),
    InvalidParamsError: ("That could not be taken", "Something in it was too long or missing."),
}
_TROUBLE_OF_OURS = ("Something went wrong", "It is not your fault. Try again in a moment.")

T = TypeVar("T", RecipientInstructionsBody, RatingBody)


@get(PATH, include_in_schema=False, opt=_OPT)
async def show(
    *,
    token: FromPath[str],
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
    said: Said = None,
) -> Response[bytes]:
    """Show the delivery, to whoever has the link."""
    seen = await see(runtime, job_id=recipient.job_id, market_id=recipient.market_id)
    async with runtime.pool.connection() as conn:
        market = await read_market(conn, recipient.market_id)
    shown = Shown(
        body=tracking_body(seen),
        token=token,
        zone=timezone_of(market.timezone),
        now=seen.now,
        said=_SAID.get(said or "", ""),
    )
    page = tracking_html(read_page("tracking.html").decode(), shown)
    style = style_of(shown.body.merchant_color)
    source = source_of(style) if style else ""
    policy = page_policy(runtime.settings, has_forms=True, style=source)
    return _page(page, headers={"Content-Security-Policy": policy})


@post(
    PATH + "/instructions",
    operation_id="instructCourierByForm",
    include_in_schema=False,
    opt=_FORM,
)
async def instruct(
    *,
    token: FromPath[str],
    request: RecipientRequest,
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
) -> Redirect:
    """Take what the form says of how to deliver; a field left empty takes it back."""
    form = await _form(request)
    wanted = _read(RecipientInstructionsBody, {name: texts[-1] for name, texts in form.items()})
    wish = RecipientWish(instructions=wanted.instructions, safe_place=wanted.safe_place)
    await wish_as_recipient(
        runtime, job_id=recipient.job_id, market_id=recipient.market_id, wish=wish
    )
    return _back(token, "instructions")


@post(PATH + "/rating", operation_id="rateDeliveryByForm", include_in_schema=False, opt=_FORM)
async def rate_one(
    *,
    token: FromPath[str],
    request: RecipientRequest,
    recipient: NamedDependency[RecipientCaller],
    runtime: NamedDependency[Runtime],
) -> Redirect:
    """Take what the form says of the delivery."""
    form = await _form(request)
    fields = {name: texts if name == "tags" else texts[-1] for name, texts in form.items()}
    wanted = _read(RatingBody, fields)
    rating = rate(score=wanted.score, tags=wanted.tags, comment=wanted.comment)
    await rate_delivery(runtime, job_id=recipient.job_id, rating=rating)
    return _back(token, "rating")


def trouble(request: AnyRequest, error: DomainError) -> Response[bytes]:
    """Say to people what a program would be told as a problem."""
    problem = domain_problem(request, error)
    title, text = next(
        (words for type_, words in _TROUBLE.items() if isinstance(error, type_)), _TROUBLE_OF_OURS
    )
    token = request.path_params.get("token", "")
    link = fill('<p><a class="button" href="/t/$token">Back</a></p>', token=token)
    back = NOTHING if isinstance(error, NotFoundError) else link
    template = read_page("tracking_trouble.html").decode()
    text = fill(template, title=title, text=text, back=back)
    return _page(text, status=status_of(error), headers=problem.headers)


async def _form(request: RecipientRequest) -> dict[str, list[str]]:
    """Return the fields of a form with what was entered, as it was meant: no empty ones.

    Raises:
        InvalidParamsError: it is no form, or not one of ours.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise InvalidParamsError("this is no form")
    try:
        text = (await request.body()).decode()
        fields = parse_qs(text, max_num_fields=FIELDS_COUNT_MAX, errors="strict")
    except ValueError as error:
        raise InvalidParamsError("this is no form of this page") from error
    # Browsers end lines with two characters; the rules, like everybody else, with one.
    entered = {
        name: [text.replace("\r\n", "\n").strip() for text in texts]
        for name, texts in fields.items()
    }
    return {name: texts for name, texts in entered.items() if any(texts)}


def _read(type_: type[T], fields: Mapping[str, str | Sequence[str]]) -> T:
    """Return the fields as the body that the API would take; a number is a text in a form.

    Raises:
        InvalidParamsError: they break its rules.
    """
    try:
        return msgspec.convert(fields, type_, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidParamsError(str(error)) from error


def _back(token: str, said: str) -> Redirect:
    """Send the browser to the page, so that coming back to it sends nothing twice."""
    return Redirect(f"/t/{token}?said={said}", status_code=303)


def _page(
    text: str, *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    return Response(
        text.encode(),
        status_code=status,
        media_type="text/html",
        headers={"X-Robots-Tag": "noindex, nofollow", **(headers or {})},
    )


# What is wrong is told to people here, not to programs.
ROUTER = Router(
    path="/",
    route_handlers=[show, instruct, rate_one],
    exception_handlers={DomainError: trouble},
)
