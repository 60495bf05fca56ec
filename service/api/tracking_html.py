"""The page of a delivery, from what its recipient may be told; it needs no script to be read."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, tzinfo

from msgspec import Struct

from service.api.html import NOTHING, Html, fill, joined
from service.api.tracking_style import style_of
from service.domain.geo import Point, distance_m
from service.domain.lifecycle import StopKind
from service.domain.rating import SCORE_MAX
from service.domain.tracking import Stage
from service.domain.vocabulary import ProofKind, RatingTag, Vehicle
from service.wire.tracking import TrackingBody, TrackingCourier, TrackingStop

HUES_COUNT = 12  # in tracking.css
REFRESH_S = 15
REFRESH_FORM_S = 90  # nobody likes to be interrupted while writing

_STEPS = ("Booked", "Collecting", "On the way", "Delivered")
_STEP_OF: Mapping[Stage, int] = {
    Stage.BOOKED: 0,
    Stage.COLLECTING: 1,
    Stage.ON_BOARD: 2,
    Stage.ON_THE_WAY: 2,
    Stage.HERE: 2,
    Stage.DELIVERED: 3,
}
_ENDS = frozenset({Stage.DELIVERED, Stage.RETURNED, Stage.CANCELED, Stage.FAILED})
_VEHICLES: Mapping[Vehicle, str] = {
    Vehicle.FOOT: "on foot",
    Vehicle.BIKE: "by bike",
    Vehicle.SCOOTER: "by scooter",
    Vehicle.CAR: "by car",
    Vehicle.VAN: "by van",
}
_PROOFS: Mapping[ProofKind, str] = {
    ProofKind.CODE: "your code was said",
    ProofKind.PHOTO: "a photo was taken",
    ProofKind.SIGNATURE: "it was signed for",
}
TAG_WORDS: Mapping[RatingTag, str] = {
    RatingTag.ON_TIME: "On time",
    RatingTag.FRIENDLY: "Friendly",
    RatingTag.CAREFUL: "Careful",
    RatingTag.FOLLOWED_INSTRUCTIONS: "Did as I asked",
    RatingTag.LATE: "Late",
    RatingTag.UNFRIENDLY: "Unfriendly",
    RatingTag.DAMAGED: "Damaged",
    RatingTag.IGNORED_INSTRUCTIONS: "Not as I asked",
}


class Shown(Struct, frozen=True, kw_only=True):
    """A delivery, and how the page is to look."""

    body: TrackingBody
    token: str
    zone: tzinfo  # of the market: a recipient is there
    now: datetime  # market time
    said: str = ""  # what the last form did, in words


def tracking_html(template: str, shown: Shown) -> Html:
    """Return the page."""
    body = shown.body
    said = fill('<p class="notice" role="status">$said</p>', said=shown.said)
    return fill(
        template,
        title=f"Delivery from {body.merchant_name}",
        refresh=_refresh(shown),
        style=_style(body),
        hue=hue_of(body.merchant_name),
        initial=body.merchant_name[:1].upper(),
        merchant=body.merchant_name,
        said=said if shown.said else NOTHING,
        stage=body.stage,
        live=_live(shown),
        forms=joined([_wish_form(shown), _rating_form(shown)]),
    )


def hue_of(name: str) -> int:
    """Return which of the page's colours is this merchant's, always the same one."""
    return hashlib.sha256(name.encode()).digest()[0] % HUES_COUNT


def _refresh(shown: Shown) -> Html:
    """Return what makes the page come again where no script does."""
    body = shown.body
    if body.stage in _ENDS:
        return NOTHING
    return fill(
        '<noscript><meta http-equiv="refresh" content="$after_s; url=/t/$token"></noscript>',
        after_s=REFRESH_FORM_S if body.can_be_instructed else REFRESH_S,
        token=shown.token,
    )


def _style(body: TrackingBody) -> Html:
    style = style_of(body.merchant_color)
    return fill("<style>$style</style>", style=style) if style else NOTHING


# ------------------------------------------------------------------ how far it is
def _live(shown: Shown) -> Html:
    body = shown.body
    door = next(stop for stop in body.stops if stop.kind is StopKind.DROPOFF)
    return joined(
        [
            _news(shown),
            _code(body),
            _steps(body.stage),
            NOTHING if body.courier is None else _courier(body.courier, door),
            _door(door),
            _proofs(shown, door),
        ]
    )


def _news(shown: Shown) -> Html:
    """Return what is read out when it changes: how far it is, and when it comes."""
    return fill(
        '<div class="news" aria-live="polite"><h1>$text</h1>$eta</div>',
        text=shown.body.text,
        eta=_eta(shown),
    )


def _code(body: TrackingBody) -> Html:
    """Return what the recipient says at the door, in groups that can be read out."""
    if body.code is None:
        return NOTHING
    half = (len(body.code) + 1) // 2
    return fill(
        '<p class="code"><span>Your code</span> <b>$first $second</b> '
        '<span class="faint">The courier asks for it at the door: say it then.</span></p>',
        first=body.code[:half],
        second=body.code[half:],
    )


def _proofs(shown: Shown, door: TrackingStop) -> Html:
    """Return what shows that it was delivered, and the photo where it may be seen."""
    if not door.given_proofs:
        return NOTHING
    said = fill(
        '<p class="proofs faint">$words</p>',
        words=", ".join(_PROOFS[kind] for kind in door.given_proofs).capitalize() + ".",
    )
    if not shown.body.has_photo:
        return said
    photo = fill(
        '<img class="photo" src="/v1/tracking/$token/photo" alt="Where it was left">',
        token=shown.token,
    )
    return joined([said, photo])


def _eta(shown: Shown) -> Html:
    """Return when it comes; while nobody can say, by when it is to be there."""
    eta = shown.body.eta
    if eta is None:
        return _promise(shown)
    begins, ends = (_clock(at, shown.zone) for at in (eta.from_at, eta.to_at))
    return fill(
        '<p class="eta"><b>$begins &ndash; $ends</b> '
        '<span class="faint">expected about $at$late</span></p>',
        begins=begins,
        ends=ends,
        at=_clock(eta.at, shown.zone),
        late=f", later than planned ({_day_and_clock(shown)})" if shown.body.is_late else "",
    )


def _promise(shown: Shown) -> Html:
    if shown.body.promised_at is None:
        return NOTHING
    words = (
        '<b>Later than planned</b> <span class="faint">it was to be there by $at</span>'
        if shown.body.is_late
        else '<b>By $at</b> <span class="faint">at the latest, as planned</span>'
    )
    said = fill(words, at=_day_and_clock(shown))
    return fill('<p class="eta">$said</p>', said=said)


def _day_and_clock(shown: Shown) -> str:
    """Return by when it is to be there; with the day, where that is another one."""
    assert shown.body.promised_at is not None
    at, today = (one.astimezone(shown.zone) for one in (shown.body.promised_at, shown.now))
    return f"{at:%H:%M}" if at.date() == today.date() else f"{at:%A}, {at.day} {at:%B}, {at:%H:%M}"


def _clock(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _steps(stage: Stage) -> Html:
    reached = _STEP_OF.get(stage)
    if reached is None:
        return NOTHING  # it left the usual way; the words above say how
    rows = (
        fill(
            '<li class="$state"$current>$words</li>',
            state="done" if step < reached else "now" if step == reached else "next",
            current=Html(' aria-current="step"') if step == reached else NOTHING,
            words=words,
        )
        for step, words in enumerate(_STEPS)
    )
    return fill('<ol class="steps">$rows</ol>', rows=joined(rows))


def _courier(courier: TrackingCourier, door: TrackingStop) -> Html:
    return fill(
        '<p class="courier"><b>$name</b>, $vehicle$away</p>',
        name=courier.first_name,
        vehicle=_VEHICLES[courier.vehicle],
        away=_away(courier, door),
    )


def _away(courier: TrackingCourier, door: TrackingStop) -> str:
    """Return how far the courier is, while that may be told."""
    if courier.position is None or door.lat_deg is None or door.lng_deg is None:
        return ""
    here = Point(courier.position.lat_deg, courier.position.lng_deg)
    away_m = distance_m(here, Point(door.lat_deg, door.lng_deg))
    if away_m < 100.0:
        return ", very near"
    if away_m < 1_000.0:
        return f", {round(away_m / 50.0) * 50} m away"
    return f", {away_m / 1_000.0:.1f} km away"


def _door(door: TrackingStop) -> Html:
    return fill(
        '<p class="door faint">$name$address</p>',
        name="" if door.first_name is None else f"To {door.first_name}, ",
        address=door.address or "",
    )


# ------------------------------------------------------------------ what a recipient may say
def _wish_form(shown: Shown) -> Html:
    body = shown.body
    if not body.can_be_instructed:
        return _wishes_said(body)
    return fill(
        """<form class="card" id="wishes" method="post" action="/t/$token/instructions">
<h2>Where and how?</h2>
<label class="field"><span>For the courier</span>
<textarea class="input" name="instructions" rows="3" maxlength="280"
placeholder="Second door on the left, the bell does not work">$instructions</textarea></label>
<label class="field"><span>If I am not there, leave it</span>
<input class="input" name="safe_place" maxlength="100" value="$safe_place"
placeholder="with the neighbour, top 4"></label>
<button class="button primary large" type="submit">Tell the courier</button>
<p class="faint">You can change this until the courier is on the way to you.</p>
</form>""",
        token=shown.token,
        instructions=body.instructions or "",
        safe_place=body.safe_place or "",
    )


def _wishes_said(body: TrackingBody) -> Html:
    said = [("For the courier", body.instructions), ("May be left", body.safe_place)]
    rows = [
        fill("<div><dt>$what</dt><dd>$text</dd></div>", what=what, text=text)
        for what, text in said
        if text
    ]
    return fill('<dl class="card wishes">$rows</dl>', rows=joined(rows)) if rows else NOTHING


def _rating_form(shown: Shown) -> Html:
    if shown.body.rating is not None:
        stars = "★" * shown.body.rating.score
        return fill('<p class="card thanks"><b>$stars</b> Thank you.</p>', stars=stars)
    if not shown.body.can_be_rated:
        return NOTHING
    return fill(
        """<form class="card" id="rating" method="post" action="/t/$token/rating">
<h2>How was it?</h2>
<fieldset class="stars"><legend class="visually-hidden">Stars</legend>$stars</fieldset>
<fieldset class="tags"><legend class="visually-hidden">What was good or bad</legend>$tags</fieldset>
<label class="field"><span>Anything else?</span>
<textarea class="input" name="comment" rows="2" maxlength="280"></textarea></label>
<button class="button primary large" type="submit">Send</button>
</form>""",
        token=shown.token,
        stars=joined(_star(score) for score in range(SCORE_MAX, 0, -1)),
        tags=joined(_tag(tag) for tag in RatingTag),
    )


def _star(score: int) -> Html:
    """Return one star; the best comes first, so that those below it can light up with it."""
    return fill(
        '<input type="radio" name="score" value="$score" id="star-$score" required>'
        '<label for="star-$score" title="$score of $most">'
        '<span class="visually-hidden">$score of $most</span>★</label>',
        score=score,
        most=SCORE_MAX,
    )


def _tag(tag: RatingTag) -> Html:
    return fill(
        '<label><input type="checkbox" name="tags" value="$tag"><span>$words</span></label>',
        tag=tag,
        words=TAG_WORDS[tag],
    )
