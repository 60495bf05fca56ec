"""The tracking page as markup: what is said where, and nothing from outside becomes markup."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.html import Html, fill
from service.api.pages import read_page
from service.api.tracking_html import HUES_COUNT, Shown, hue_of, tracking_html
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.tracking import WORDS, Stage
from service.domain.vocabulary import RatingTag, Vehicle
from service.wire.tracking import (
    TrackingBody,
    TrackingCourier,
    TrackingEta,
    TrackingPosition,
    TrackingRating,
    TrackingStop,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DOOR = TrackingStop(
    kind=StopKind.DROPOFF,
    status=StopStatus.PENDING,
    first_name="Max",
    address="Naschmarkt 5",
    lat_deg=48.1985,
    lng_deg=16.3629,
    arrived_at=None,
    completed_at=None,
    given_proofs=(),
)
BODY = TrackingBody(
    stage=Stage.ON_THE_WAY,
    text=WORDS[Stage.ON_THE_WAY],
    merchant_name="Bakery Strobl",
    merchant_color=None,
    eta=TrackingEta(
        at=NOON, from_at=NOON - timedelta(minutes=3), to_at=NOON + timedelta(minutes=4)
    ),
    courier=TrackingCourier(
        first_name="Anna",
        vehicle=Vehicle.BIKE,
        position=TrackingPosition(lat_deg=48.2035, lng_deg=16.3629),
    ),
    stops=(DOOR,),
    instructions="ring twice",
    safe_place=None,
    can_be_instructed=False,
    code=None,
    has_photo=False,
    rating=None,
    can_be_rated=False,
    poll_after_s=5,
)


def page_of(**changes):
    """Return the page of a delivery that differs in this."""
    shown = Shown(
        body=msgspec.structs.replace(BODY, **changes),
        token="token",
        zone=ZoneInfo("Europe/Vienna"),
        now=NOON,
    )
    return tracking_html(read_page("tracking.html").decode(), shown)


class Elements(HTMLParser):
    """The names of all elements, and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.names = []
        self.attributes = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes += attrs


def test_the_time_is_the_markets():
    assert "<b>12:57 &ndash; 13:04</b>" in page_of()


def test_only_the_stage_and_the_time_are_read_out_when_they_change():
    page = page_of(code="1234")
    assert page.count("aria-live") == 1
    heard = page.partition('aria-live="polite">')[2].partition("</div>")[0]
    assert WORDS[Stage.ON_THE_WAY] in heard
    assert "13:04" in heard
    assert "Your code" not in heard


def test_how_far_away_the_courier_is_can_be_read_without_a_map():
    assert "<b>Anna</b>, by bike, 550 m away" in page_of()
    assert "by bike</p>" in page_of(courier=msgspec.structs.replace(BODY.courier, position=None))


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_page(stage):
    page = page_of(stage=stage, text=WORDS[stage], eta=None, courier=None)
    assert f"<h1>{WORDS[stage].replace(chr(39), '&#x27;')}</h1>" in page
    assert "$" not in page
    assert page.count('aria-current="step"') <= 1


def test_a_page_whose_delivery_has_ended_does_not_come_again():
    assert 'http-equiv="refresh"' in page_of()
    assert 'http-equiv="refresh"' not in page_of(stage=Stage.DELIVERED)


def test_the_courier_is_told_until_it_is_too_late():
    assert 'action="/t/token/instructions"' in page_of(can_be_instructed=True)
    late = page_of()
    assert "<form" not in late
    assert "<dd>ring twice</dd>" in late


def test_a_delivery_is_rated_once():
    page = page_of(can_be_rated=True)
    assert page.count('type="radio"') == 5
    assert page.count('type="checkbox"') == len(RatingTag)
    rated = page_of(rating=TrackingRating(score=4, tags=(), comment=None))
    assert "★★★★" in rated
    assert "<form" not in rated


@given(
    text=st.text(
        st.sampled_from("<>\"'&/$={}abc \n") | st.characters(exclude_categories=("C",)), min_size=1
    )
)
def test_whatever_people_write_stays_text(text):
    plain, written = (
        page_of(
            merchant_name=words,
            instructions=words,
            safe_place=words,
            can_be_instructed=True,
            courier=msgspec.structs.replace(BODY.courier, first_name=words),
            stops=(msgspec.structs.replace(DOOR, first_name=words, address=words),),
        )
        for words in ("a", text)
    )
    before, after = Elements(plain), Elements(written)
    assert after.names == before.names
    assert [name for name, _ in after.attributes] == [name for name, _ in before.attributes]


def test_markup_is_not_escaped_again():
    assert fill("<p>$a$b</p>", a=Html("<b>"), b="<b>") == "<p><b>&lt;b&gt;</p>"


@given(st.text())
def test_a_merchants_colour_is_always_the_same_one_of_those_there_are(name):
    assert hue_of(name) == hue_of(name)
    assert 0 <= hue_of(name) < HUES_COUNT


def test_there_is_a_colour_for_every_hue(request):
    css = request.config.rootpath / "service" / "web" / "static" / "tracking" / "tracking.css"
    assert css.read_text("utf-8").count("\n.hue-") == HUES_COUNT


def test_what_is_late_says_so_beside_the_time_and_where_there_is_none():
    promised_at = NOON - timedelta(minutes=10)
    page = page_of(is_late=True, promised_at=promised_at)
    assert "expected about 13:00, later than planned (12:50)" in page
    page = page_of(is_late=True, promised_at=promised_at, eta=None)
    assert "Later than planned" in page
    assert "it was to be there by 12:50" in page


def test_what_is_booked_says_by_when_and_on_which_day():
    booked = {"stage": Stage.BOOKED, "eta": None, "courier": None}
    assert "By 14:30" in page_of(**booked, promised_at=NOON + timedelta(minutes=90))
    tomorrow = page_of(**booked, promised_at=NOON + timedelta(days=1))
    assert "By Saturday, 21 November, 13:00" in tomorrow
    assert "By " not in page_of(**booked)
