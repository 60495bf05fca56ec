"""The courier's app as a transcript: messages in, messages out."""

from datetime import datetime, timedelta

import pytest
from app_makers import (
    HOME,
    NOW,
    NOW_S,
    OFFER_ID,
    PATIENCE_S,
    PICKUP_ID,
    make_assignment,
    make_hello,
    make_offer,
    make_stop,
    make_traits,
    notice,
    point_east,
    recovered,
)

from service.domain.lifecycle import CourierStatus
from service.domain.suspension import Suspension
from service.domain.vocabulary import SuspensionReason
from service.simulation.clients.courier_app import SHIFT_S_MAX, CourierApp
from service.wire.courier_stream import (
    AcceptOffer,
    Ack,
    ArriveAtStop,
    Notice,
    Refused,
    ReportPosition,
    ServerMessage,
    SetStatus,
)

SHIFT_ENDS_S = NOW_S + 3_600.0


def hear(app: CourierApp, message: ServerMessage, *, after_s: float = 0.0) -> None:
    app.hear(message, now_s=NOW_S + after_s, heard_at=NOW)


def say(app: CourierApp, *, after_s: float = 0.0) -> list[object]:
    return app.say(now_s=NOW_S + after_s)


@pytest.fixture
def app() -> CourierApp:
    """An app that is connected, at the start of a shift of an hour."""
    app = CourierApp(make_traits())
    hear(app, make_hello())
    hear(app, recovered())
    app.begin_shift(ends_s=SHIFT_ENDS_S, now_s=NOW_S)
    return app


@pytest.fixture
def online(app: CourierApp) -> CourierApp:
    """The app online, its first position told."""
    say(app)
    hear(app, notice(CourierStatus.ONLINE))
    say(app)
    return app


def test_a_shift_begins_with_going_online(app: CourierApp) -> None:
    (message,) = say(app)
    assert isinstance(message, SetStatus)
    assert message.status == "online"
    assert message.shift_ends_at.timestamp() == SHIFT_ENDS_S
    assert say(app) == []


def test_going_online_is_asked_again_when_nothing_came_of_it(app: CourierApp) -> None:
    say(app)
    assert app.wakes_s(NOW_S) == NOW_S + PATIENCE_S
    assert len(say(app, after_s=PATIENCE_S)) == 1


def test_a_shift_is_never_longer_than_the_service_allows(app: CourierApp) -> None:
    app.begin_shift(ends_s=NOW_S + 10 * SHIFT_S_MAX, now_s=NOW_S)
    assert app.shift_left_s(NOW_S) == SHIFT_S_MAX


def test_nobody_offline_reports_a_position(app: CourierApp) -> None:
    assert not [m for m in say(app) if isinstance(m, ReportPosition)]


def test_the_first_position_follows_the_status(app: CourierApp) -> None:
    say(app)
    hear(app, notice(CourierStatus.ONLINE))
    (position,) = say(app)
    assert position == ReportPosition(seq=1, lat_deg=HOME.lat_deg, lng_deg=HOME.lng_deg)


def test_positions_come_more_often_on_the_way(online: CourierApp) -> None:
    assert online.wakes_s(NOW_S) == NOW_S + 20.0
    hear(online, make_assignment(make_stop(place=point_east(900.0))))
    assert online.wakes_s(NOW_S) == NOW_S + 5.0
    say(online, after_s=5.0)
    assert online.wakes_s(NOW_S + 5.0) == NOW_S + 10.0


def test_positions_are_numbered_upwards(online: CourierApp) -> None:
    seqs = [message.seq for k in range(1, 4) for message in say(online, after_s=20.0 * k)]
    assert seqs == [2, 3, 4]


def test_an_offer_is_acknowledged_and_accepted(online: CourierApp) -> None:
    hear(online, make_offer())
    assert not online.is_idle
    assert say(online) == [Ack(offer_id=OFFER_ID)]
    assert say(online, after_s=3.0) == [AcceptOffer(offer_id=OFFER_ID, ref=str(OFFER_ID))]
    hear(online, make_assignment(make_stop(), seq=2), after_s=4.0)
    assert online.desk.seen[OFFER_ID].is_assigned
    assert online.status is CourierStatus.BUSY


def test_the_time_shown_is_real_and_the_app_counts_in_market_time(app: CourierApp) -> None:
    hear(app, make_hello(time_scale=60.0))
    hear(app, make_offer(expires_in_ms=500))
    assert app.desk.seen[OFFER_ID].ends_s == NOW_S + 30.0


def test_an_arrival_is_said_after_the_position_that_shows_it(online: CourierApp) -> None:
    hear(online, make_assignment(make_stop()), after_s=1.0)
    position, arrival = say(online, after_s=1.0)
    assert isinstance(position, ReportPosition)
    assert arrival == ArriveAtStop(stop_id=PICKUP_ID, ref=str(PICKUP_ID))


def test_a_refusal_finds_what_it_is_about(online: CourierApp) -> None:
    hear(online, make_offer())
    say(online, after_s=3.0)
    hear(online, Refused(code="offer_expired", detail="", ref=str(OFFER_ID)), after_s=4.0)
    assert online.desk.seen[OFFER_ID].refusal == "offer_expired"
    assert online.refusals_count_by_code == {"offer_expired": 1}


def test_a_refused_arrival_is_the_trip_s(online: CourierApp) -> None:
    hear(online, make_assignment(make_stop()), after_s=1.0)
    say(online, after_s=1.0)
    hear(online, Refused(code="stale_position", detail="", ref=str(PICKUP_ID)), after_s=2.0)
    assert online.trip.wakes_s() == NOW_S + 1.0 + 20.0 + PATIENCE_S


def test_a_shift_ends_with_going_offline(online: CourierApp) -> None:
    (message,) = [m for m in say(online, after_s=3_600.0) if isinstance(m, SetStatus)]
    assert message.status == "offline"
    hear(online, notice(CourierStatus.OFFLINE), after_s=3_601.0)
    assert online.is_done(NOW_S + 3_601.0)
    assert say(online, after_s=3_602.0) == []


def test_a_courier_with_jobs_in_hand_brings_them_after_the_shift(online: CourierApp) -> None:
    hear(online, make_assignment(make_stop()))
    hear(online, notice(CourierStatus.ENDING), after_s=3_601.0)
    assert not online.is_done(NOW_S + 3_601.0)
    assert any(isinstance(m, ArriveAtStop) for m in say(online, after_s=3_601.0))


def test_a_courier_whom_the_service_put_offline_comes_back(online: CourierApp) -> None:
    hear(online, notice(CourierStatus.OFFLINE), after_s=60.0)
    (message,) = say(online, after_s=60.0)
    assert isinstance(message, SetStatus)
    assert message.status == "online"


def test_a_resting_courier_only_tells_where_it_is(online: CourierApp) -> None:
    hear(online, make_assignment(make_stop()))
    hear(online, make_offer())
    online.is_resting = True
    assert [type(m) for m in say(online, after_s=30.0)] == [ReportPosition]


def test_a_new_connection_is_told_the_position_at_once(online: CourierApp) -> None:
    hear(online, recovered(), after_s=2.0)
    (position,) = say(online, after_s=2.0)
    assert isinstance(position, ReportPosition)


def suspended(until: datetime | None) -> Notice:
    suspension = Suspension(reason=SuspensionReason.SAFETY, until=until)
    return Notice(seq=3, notice="suspended", status=CourierStatus.OFFLINE, suspension=suspension)


def test_who_is_suspended_asks_again_only_when_it_is_over(online: CourierApp) -> None:
    hear(online, suspended(until=NOW + timedelta(seconds=600)))
    assert say(online, after_s=599.0) == []
    assert online.wakes_s(NOW_S) == NOW_S + 600.0
    (message,) = say(online, after_s=600.0)
    assert isinstance(message, SetStatus)
    assert message.status == "online"


def test_who_is_suspended_without_an_end_waits_to_be_reinstated(online: CourierApp) -> None:
    hear(online, suspended(until=None))
    assert say(online, after_s=3_599.0) == []
    assert online.wakes_s(NOW_S) == SHIFT_ENDS_S
    hear(online, Notice(seq=4, notice="reinstated", status=CourierStatus.OFFLINE))
    assert len(say(online, after_s=60.0)) == 1
