"""One courier from stop to stop, minute by minute."""

import numpy as np
import pytest

from service.simulation.virtual.day import Day
from service.simulation.virtual.journal import Journal
from service.simulation.virtual.trip import DiversionError, Stop, Trip, give, pass_time, send
from tests.unit.simulation.virtual.days import MINUTE_S, make_day, make_order

MERCHANT, OTHER_MERCHANT, DOOR, OTHER_DOOR = 3, 7, 5, 6
DAY = make_day(
    make_order("early", pickup=MERCHANT, dropoff=DOOR, ready=0.0),
    make_order("late", pickup=MERCHANT, dropoff=OTHER_DOOR, ready=10.0),
    make_order("elsewhere", pickup=OTHER_MERCHANT, dropoff=DOOR, ready=0.0),
)
EARLY, LATE, ELSEWHERE = 0, 1, 2


def pickup(order: int, *, decided: float = 0.0) -> Stop:
    place = DAY.orders[order].pickup
    return Stop(order=order, is_pickup=True, place=place, decided_s=decided * MINUTE_S)


def dropoff(order: int, *, decided: float = 0.0) -> Stop:
    place = DAY.orders[order].dropoff
    return Stop(order=order, is_pickup=False, place=place, decided_s=decided * MINUTE_S)


def visits(journal: Journal) -> list[tuple[tuple[int, ...], float, float]]:
    """Return who was served when: orders, start and leave in minutes."""
    return [(v.orders, v.start_s / MINUTE_S, v.leave_s / MINUTE_S) for v in journal.visits]


def moves(journal: Journal) -> list[tuple[float, int, int]]:
    return [(m.departed_s / MINUTE_S, m.from_place, m.to_place) for m in journal.moves]


def run(trip: Trip, journal: Journal, *, until: float = np.inf, day: Day = DAY) -> None:
    pass_time(trip, day, journal, until_s=until * MINUTE_S)


def test_a_service_lies_around_its_event() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    give(trip, [pickup(EARLY), dropoff(EARLY)], now_s=0.0)
    run(trip, journal)
    # 3 minutes to the merchant, 2 to the door; 2 minutes before and after each event.
    assert visits(journal) == [((EARLY,), 5.0, 7.0), ((EARLY,), 11.0, 13.0)]
    assert moves(journal) == [(0.0, 0, MERCHANT), (7.0, MERCHANT, DOOR)]


def test_what_is_taken_at_one_merchant_is_taken_when_all_of_it_is_ready() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    give(trip, [pickup(EARLY), pickup(LATE), dropoff(EARLY), dropoff(LATE)], now_s=0.0)
    run(trip, journal)
    assert visits(journal)[0] == ((EARLY, LATE), 10.0, 12.0)


def test_until_the_pickup_more_can_be_taken_there() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    give(trip, [pickup(LATE), dropoff(LATE)], now_s=0.0)
    run(trip, journal, until=10.0)
    route = [
        pickup(LATE),
        pickup(EARLY, decided=10.0),
        dropoff(EARLY, decided=10.0),
        dropoff(LATE),
    ]
    give(trip, route, now_s=10.0 * MINUTE_S)
    run(trip, journal)
    assert visits(journal)[0] == ((LATE, EARLY), 10.0, 12.0)
    assert journal.visits[0].decided_s == 10.0 * MINUTE_S


def test_nothing_of_an_instant_happens_before_what_is_decided_at_it() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    give(trip, [pickup(EARLY), dropoff(EARLY)], now_s=0.0)
    run(trip, journal, until=5.0)
    assert visits(journal) == []
    run(trip, journal, until=5.1)
    assert visits(journal) == [((EARLY,), 5.0, 7.0)]


def test_who_is_under_way_is_not_diverted() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    give(trip, [pickup(LATE), dropoff(LATE)], now_s=0.0)
    run(trip, journal, until=1.0)
    route = [pickup(ELSEWHERE), dropoff(ELSEWHERE), pickup(LATE), dropoff(LATE)]
    with pytest.raises(DiversionError):
        give(trip, route, now_s=MINUTE_S)


def test_who_has_not_left_yet_may_go_elsewhere_first() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    give(trip, [pickup(LATE), dropoff(LATE)], now_s=0.0)
    route = [pickup(ELSEWHERE), dropoff(ELSEWHERE), pickup(LATE), dropoff(LATE)]
    give(trip, route, now_s=0.0)
    run(trip, journal)
    assert [orders for orders, _, _ in visits(journal)] == [
        (ELSEWHERE,),
        (ELSEWHERE,),
        (LATE,),
        (LATE,),
    ]


def test_an_idle_courier_leaves_when_it_is_told() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    run(trip, journal, until=30.0)
    give(trip, [pickup(EARLY), dropoff(EARLY)], now_s=30.0 * MINUTE_S)
    run(trip, journal)
    assert moves(journal)[0] == (30.0, 0, MERCHANT)


def test_who_was_sent_to_a_merchant_picks_up_there_without_another_move() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    send(trip, MERCHANT, DAY, journal, now_s=0.0)
    run(trip, journal, until=20.0)
    give(trip, [pickup(EARLY, decided=20.0), dropoff(EARLY, decided=20.0)], now_s=20.0 * MINUTE_S)
    run(trip, journal)
    assert visits(journal)[0] == ((EARLY,), 20.0, 22.0)  # it has been at the door for long
    assert moves(journal) == [(0.0, 0, MERCHANT), (22.0, MERCHANT, DOOR)]


def test_who_was_sent_to_a_merchant_arrives_before_it_goes_elsewhere() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    send(trip, MERCHANT, DAY, journal, now_s=0.0)
    give(trip, [pickup(ELSEWHERE, decided=1.0), dropoff(ELSEWHERE, decided=1.0)], now_s=MINUTE_S)
    run(trip, journal)
    assert moves(journal)[:2] == [(0.0, 0, MERCHANT), (3.0, MERCHANT, OTHER_MERCHANT)]


def test_who_is_sent_on_arrives_first() -> None:
    trip, journal = Trip(0, 0, 0.0), Journal()
    send(trip, MERCHANT, DAY, journal, now_s=0.0)
    send(trip, OTHER_MERCHANT, DAY, journal, now_s=MINUTE_S)
    assert moves(journal) == [(0.0, 0, MERCHANT), (3.0, MERCHANT, OTHER_MERCHANT)]


def test_back_at_a_merchant_the_courier_has_moved_there_again() -> None:
    trip, journal = Trip(0, MERCHANT, 0.0), Journal()
    give(trip, [pickup(EARLY), dropoff(EARLY)], now_s=0.0)
    run(trip, journal)
    assert moves(journal)[0] == (0.0, MERCHANT, MERCHANT)
